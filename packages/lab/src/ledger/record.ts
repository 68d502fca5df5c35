import type { Event, EventType, LedgerEvent } from "./events.js";
import { sql } from "./kysely.js";
import type { Ledger } from "./ledger.js";
import { descendantsOf, findRun, type RunSummary } from "./runs.js";

/** Everything that the ledger says of one run, but for the losses of its steps. */
export interface RunRecord {
  readonly run: RunSummary;
  readonly started: Event<"run.started">;
  readonly resumed: readonly Event<"run.resumed">[];
  /** In order, each once: what came before a return to a checkpoint gave way to what came after. */
  readonly epochs: readonly Event<"epoch">[];
  readonly checkpoints: readonly Event<"checkpoint">[];
  readonly tests: readonly Event<"test">[];
  /** What its model was found to be worth on data, after the run. */
  readonly evaluations: readonly Event<"evaluation">[];
  /** How its loss looks around its weights. */
  readonly landscapes: readonly Event<"landscape">[];
  readonly requests: readonly Event<"steer.requested">[];
  readonly interventions: readonly Event<"steer.applied">[];
  /** The last one. */
  readonly ended?: Event<"run.ended">;
  readonly decisions: readonly Event<"decision">[];
  readonly approvals: readonly Event<"approval">[];
  readonly descriptions: readonly Event<"description">[];
  /** Runs that began with its weights. */
  readonly descendants: readonly string[];
  /** What its model was asked where it was served. */
  readonly served: readonly Event<"requests">[];
  /** Looks at the same test data, by all runs of this ledger. */
  readonly looks: Looks;
}

/** How often some test data were looked at, and by how many runs. */
export interface Looks {
  /** SHA-256 of the data; undefined where they were not looked at, or not hashed. */
  readonly data: string | undefined;
  readonly count: number;
  readonly runs: number;
}

const recordTypes = [
  ...(["run.started", "run.resumed", "epoch", "checkpoint", "test", "steer.requested"] as const),
  ...(["steer.applied", "run.ended", "decision", "approval", "description"] as const),
  ...(["requests", "evaluation", "landscape"] as const),
] satisfies EventType[];

/**
 * @param word as `findRun` takes it
 * @throws ArgumentError when no run is meant by `word`, or several
 */
export async function readRun(ledger: Ledger, word: string): Promise<RunRecord> {
  const run = await findRun(ledger, word);
  const events = await ledger.events({ run: run.id, types: recordTypes });
  const of = <T extends EventType>(type: T): Event<T>[] =>
    // What has the type has its payload.
    (events as readonly LedgerEvent[]).filter((event) => event.type === type) as Event<T>[];
  const [started] = of("run.started");
  if (!started) throw new Error(`the run ${run.id} stands in the list, but has no beginning`);
  const ended = of("run.ended").at(-1);
  const tests = of("test");
  return {
    run,
    started,
    resumed: of("run.resumed"),
    epochs: keptEpochs(events),
    checkpoints: of("checkpoint"),
    tests,
    evaluations: of("evaluation"),
    landscapes: of("landscape"),
    requests: of("steer.requested"),
    interventions: of("steer.applied"),
    ...(ended && { ended }),
    decisions: of("decision"),
    approvals: of("approval"),
    descriptions: of("description"),
    descendants: await descendantsOf(ledger, run.id),
    served: of("requests"),
    looks: await countLooks(ledger, tests.at(-1)?.payload.data),
  };
}

function keptEpochs(events: readonly LedgerEvent[]): Event<"epoch">[] {
  let epochs: Event<"epoch">[] = [];
  for (const event of events) {
    if (event.type === "epoch") epochs.push(event);
    if (event.type === "run.resumed") {
      const { step } = event.payload.from;
      epochs = epochs.filter(({ payload }) => payload.step <= step);
    }
  }
  return epochs;
}

/** Every look counts, whichever run took it: who chooses by a test set has learnt from it. */
async function countLooks(ledger: Ledger, data: string | undefined): Promise<Looks> {
  if (data === undefined || data === "unknown") return { data: undefined, count: 0, runs: 0 };
  const text = sql<{ count: number; runs: number }>`
    select count(*) as count, count(distinct run) as runs from events
    where type = 'test' and body ->> '$.payload.data' = ${data}`;
  const [found] = (await ledger.ask((query) => text.execute(query))).rows;
  return { data, count: found?.count ?? 0, runs: found?.runs ?? 0 };
}
