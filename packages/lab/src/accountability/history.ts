import type { DataRecord } from "../honesty/data.js";
import type { Event } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { findRun, type RunSummary } from "../ledger/runs.js";
import type { CodeRecord } from "../provenance/code.js";
import { readRecorded } from "../recording/recordedRun.js";

/** Where a run stands, as its events say. */
export interface RunHistory {
  readonly run: RunSummary;
  readonly started: Event<"run.started">;
  readonly resumed: readonly Event<"run.resumed">[];
  /** Code and data that it was last trained with. */
  readonly code: CodeRecord;
  readonly data: DataRecord;
  /** What was not the same all the time. */
  readonly changes: readonly string[];
  /** Absent while it runs, again after it was resumed. */
  readonly ended: Event<"run.ended"> | undefined;
  /** The last scores on test data, of the weights as they are now. */
  readonly evaluation: Event<"test"> | undefined;
}

/** @throws ArgumentError when no run, or more than one, has this name */
export async function readHistory(ledger: Ledger, word: string): Promise<RunHistory> {
  const run = await findRun(ledger, word);
  const types = ["run.started", "run.resumed", "run.ended", "test"] as const;
  const events = await ledger.events({ run: run.id, types });
  const resumed = events.filter((event) => event.type === "run.resumed");
  const since = resumed.at(-1)?.sequence ?? -1;
  const current = events.filter(({ sequence }) => sequence > since);
  const { basis, changes } = readRecorded(events);
  return {
    run,
    code: basis.code,
    data: basis.data,
    changes,
    // The list of runs is made from these events: a run without one is in no list.
    started: events.find((event) => event.type === "run.started") as Event<"run.started">,
    resumed,
    ended: current.findLast((event) => event.type === "run.ended"),
    evaluation: current
      .filter((event) => event.type === "test")
      .findLast(({ payload }) => payload.scores !== null),
  };
}

/** What an approval answers for. */
export interface Binding {
  readonly weights: string;
  readonly data: string;
  readonly code: string;
  /** Hash of the event with the scores on test data. */
  readonly evaluation: string;
}

export const bindingParts = ["weights", "data", "code", "evaluation"] as const;

/** The hashes as they are now; "" where there is none yet. */
export function bindingOf({ code, data, ended, evaluation }: RunHistory): Binding {
  return {
    weights: ended?.payload.weights ?? "",
    data: data.hash === "unknown" ? "" : data.hash,
    code: code.hash,
    evaluation: evaluation?.hash ?? "",
  };
}

/** In what an earlier binding differs from the one now. */
export const changedParts = (before: Binding, now: Binding): (typeof bindingParts)[number][] =>
  bindingParts.filter((part) => before[part] !== now[part]);
