import { ArgumentError } from "@versant/core/internal";
import type { LedgerEvent, Payloads } from "../ledger/events.js";
import type { Basis } from "./differences.js";

type Started = Payloads["run.started"];

/** What the events of a run say of how to train it on, or anew. */
export interface RecordedRun {
  readonly started: Started;
  /** What `Run.prepare` takes. */
  readonly settings: ReturnType<typeof settingsOf>;
  /** Code, data and environment as it was last trained with. */
  readonly basis: Basis;
  /** What people did to it, in order. */
  readonly applied: readonly Payloads["steer.applied"][];
  /** What changed on the way, as the resumptions say. */
  readonly changes: readonly string[];
  /** The last one. */
  readonly checkpoint: Payloads["checkpoint"] | undefined;
}

/** @throws ArgumentError when there is no start among the events */
export function readRecorded(events: readonly LedgerEvent[]): RecordedRun {
  const started = events.find((event) => event.type === "run.started")?.payload;
  if (!started) {
    throw new ArgumentError("the ledger holds no start of this run; run `versant ledger verify`.");
  }
  return {
    started,
    settings: settingsOf(started),
    basis: basisOf(started, events),
    changes: changesIn(events),
    applied: events.flatMap((event) => (event.type === "steer.applied" ? [event.payload] : [])),
    checkpoint: events.findLast((event) => event.type === "checkpoint")?.payload,
  };
}

const changesIn = (events: readonly LedgerEvent[]): string[] => [
  ...new Set(
    events.flatMap((event) => (event.type === "run.resumed" ? (event.payload.changes ?? []) : [])),
  ),
];

const settingsOf = ({ hyperparameters, seed, fold }: Started) => ({
  hyperparameters: Object.fromEntries(hyperparameters.map(({ name, value }) => [name, value])),
  sources: Object.fromEntries(hyperparameters.map(({ name, source }) => [name, source])),
  seed,
  ...(fold && { fold }),
});

/** A resumption says what it goes on with, where that is not what was there before. */
function basisOf(started: Started, events: readonly LedgerEvent[]): Basis {
  let { code, data, environment }: Basis = started;
  for (const event of events) {
    if (event.type !== "run.resumed") continue;
    ({ code = code, data = data, environment } = event.payload);
  }
  return { code, data, environment };
}
