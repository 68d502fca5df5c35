import { requireOptions } from "@versant/core/internal";
import type { LeakReport } from "../honesty/leakCheck.js";
import type { Event } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { type Obstacle, Refusal } from "../refusal/refusal.js";
import { bindingOf, type RunHistory, readHistory } from "./history.js";
import { record, requireText } from "./record.js";

export interface ApprovalOptions {
  /** As `findRun` reads it: "last", "#12", a name or its beginning. */
  readonly run: string;
  /** What is approved, for what. */
  readonly statement: string;
  /**
   * Why, although rows that are measured on stand in training, or were not searched; or although it went on
   * with other code, data or arithmetic than it began with.
   */
  readonly despite?: string;
}

/**
 * Answers for a model: signed, and bound to the hashes of its weights, data, code and evaluation. When
 * one of them changes, the technical file shows the approval as stale.
 *
 * @throws ArgumentError that lists all that is missing
 */
export async function approve(
  ledger: Ledger,
  options: ApprovalOptions,
): Promise<Event<"approval">> {
  requireOptions("approve", options, ["run", "statement", "despite"]);
  const statement = requireText("approve", "statement", options.statement);
  const despite =
    options.despite === undefined ? undefined : requireText("approve", "despite", options.despite);
  const history = await readHistory(ledger, options.run);
  const obstacles = await obstaclesTo(ledger, history);
  const doubts = doubtsOf(history);
  const told = (["leaks", "changes"] as const).flatMap((name): Told[] => {
    const doubt = doubts[name];
    return doubt === undefined ? [] : [[name, doubt]];
  });
  const lacksReason = told.length > 0 && despite === undefined;
  if (lacksReason) obstacles.push(...told);
  if (obstacles.length > 0) {
    const run = history.run.id;
    const mend = lacksReason ? ' (approve it all the same by --despite "reason")' : "";
    throw new Refusal(
      "approve.obstacles",
      { run, obstacles: obstacles.map(([name]) => name) },
      `approve: ${run} cannot be approved: ${obstacles.map(([, text]) => text).join("; ")}${mend}.`,
    );
  }
  return record<"approval">(ledger, {
    type: "approval",
    run: history.run.id,
    payload: {
      statement,
      ...bindingOf(history),
      // A reason is kept where there was something to overcome.
      ...(told.length > 0 && despite !== undefined && { despite, ...doubts }),
    },
  });
}

/** An obstacle, and the words for it. */
type Told = readonly [Obstacle, string];

type Doubts = Pick<Event<"approval">["payload"], "leaks" | "changes">;

/** What takes a reason to be answered for all the same. */
function doubtsOf(history: RunHistory): Doubts {
  const parts = [history.started, ...history.resumed].flatMap(({ payload }) => payload.data ?? []);
  const leaks = [...new Set(parts.flatMap((data) => leaksIn(data.leaks) ?? []))].join(", ");
  const changes = history.changes.join(", ");
  return {
    ...(leaks && { leaks }),
    ...(changes && { changes: `it went on with ${changes}` }),
  };
}

/** All that keeps a run from being answered for, whatever the reason. */
async function obstaclesTo(ledger: Ledger, history: RunHistory): Promise<Told[]> {
  const { run, ended } = history;
  const obstacles: Told[] = [];
  if (run.state !== "completed" || !ended) {
    obstacles.push(["training", `its training is not completed but ${run.state}`]);
  }
  if (!history.evaluation) obstacles.push(["test", "it has no scores on test data"]);
  if (bindingOf(history).data === "") {
    obstacles.push(["data", "its data were not read, so that nothing can be bound to them"]);
  }
  if (!ended) return obstacles;
  const { object } = ended.payload;
  if (object === undefined) return [...obstacles, ["weights", "its weights were not kept"]];
  const damage = await ledger.objects.get(object).then(
    () => undefined,
    (error: Error) => error.message.replace(/\.$/, ""),
  );
  return damage === undefined ? obstacles : [...obstacles, ["damage", damage]];
}

/** What is not in order between the parts of the data, in words; undefined where all is. */
function leaksIn(leaks: LeakReport | "not checked"): string | undefined {
  if (leaks === "not checked") return "its data were not searched for rows that stand in two parts";
  const { validation, test, random = [] } = leaks;
  const found = [
    ...counted(test?.inTraining, "test rows stand in training"),
    ...counted(test?.inValidation, "test rows stand in validation"),
    ...counted(validation?.inTraining, "validation rows stand in training"),
    ...(random.length > 0
      ? [`rows of ${random.join(", ")} are drawn anew each time, so that equal rows are not found`]
      : []),
  ];
  return found.length > 0 ? found.join(", ") : undefined;
}

const counted = (count: number | undefined, what: string): string[] =>
  count ? [`${count} ${what}`] : [];
