import { type Description, descriptionsOf } from "../accountability/describe.js";
import {
  bindingOf,
  changedParts,
  type RunHistory,
  readHistory,
} from "../accountability/history.js";
import type { ItemName } from "../accountability/items.js";
import type { Interval } from "../evaluation/wilson.js";
import type { Event, LedgerEvent } from "../ledger/events.js";
import type { RecordedMistakes } from "../ledger/insightEvents.js";
import { insightsOf, mistakesIn } from "../ledger/insights.js";
import type { RecordedLandscape } from "../ledger/landscapeEvent.js";
import { newestLandscapes } from "../ledger/landscapes.js";
import type { Ledger } from "../ledger/ledger.js";
import { descendantsOf } from "../ledger/runs.js";
import { type Verification, verifyLedger } from "../ledger/verify.js";
import { filesChanged } from "../provenance/filesChanged.js";
import { type ClassRow, classScoresOf } from "./classScores.js";
import { epochsOf, lossFirst } from "./curves.js";
import { intervalOf } from "./interval.js";

/** A score on test data, with its 95 % interval where it is a share of them. */
export interface TestScore {
  readonly name: string;
  readonly value: number;
  readonly interval?: Interval;
}

/** An approval, and which of the hashes that it is bound to are no longer the run's. */
export interface ApprovalFact {
  readonly event: Event<"approval">;
  readonly changed: readonly (keyof ReturnType<typeof bindingOf>)[];
}

/** Something in the life of the model behind its start. */
export type Change =
  | Event<"run.resumed">
  | Event<"run.ended">
  | Event<"steer.applied">
  /** Only where it was not applied. */
  | Event<"steer.requested">
  | Event<"decision">
  | Event<"approval">;

/** All that the technical file says, without a word of any language. */
export interface Facts {
  readonly ledger: string;
  readonly verification: Verification;
  readonly history: RunHistory;
  readonly descriptions: Partial<Record<ItemName, Description & { readonly isStale: boolean }>>;
  readonly decisions: readonly Event<"decision">[];
  readonly approvals: readonly ApprovalFact[];
  readonly epochs: readonly Event<"epoch">[];
  /** Epochs, losses of steps and resumptions, in order: what curves are made of. */
  readonly training: readonly (Event<"epoch"> | Event<"steps"> | Event<"run.resumed">)[];
  /** Steering that was applied, with the request and its reason where there is one. */
  readonly steering: readonly {
    readonly applied: Event<"steer.applied">;
    readonly request: Event<"steer.requested"> | undefined;
  }[];
  readonly scores: readonly TestScore[];
  /** Rows of the test part, where its scores are of that part. */
  readonly testRows: number | undefined;
  readonly classes: readonly ClassRow[];
  /** What the model got wrong, and of which part; undefined where nobody looked. */
  readonly mistakes: RecordedMistakes | undefined;
  /** Looks inside, in order. */
  readonly insights: readonly Event<"insight">[];
  /** How its loss looks around its weights: the newest of each kind. */
  readonly landscapes: readonly RecordedLandscape[];
  /** What the model was found to be worth on other data, with whom it was compared there. */
  readonly evaluations: readonly Event<"evaluation">[];
  /** How often these test data were looked at by runs of this ledger. */
  readonly testLooks: number | undefined;
  readonly checkpoints: number;
  readonly changes: readonly Change[];
  /** Later runs that repeat this one, and their weights. */
  readonly repeatedBy: readonly { readonly run: string; readonly weights: string | null }[];
  /** Runs that began with its weights. */
  readonly descendants: readonly string[];
  /** Files of the experiment that are on disk now with another content than was recorded, or gone. */
  readonly filesChanged: readonly string[];
}

/**
 * @param root the folder that paths of the experiment's files start from
 * @throws ArgumentError when no run, or more than one, has this name
 */
export async function collectFacts(ledger: Ledger, word: string, root: string): Promise<Facts> {
  const history = await readHistory(ledger, word);
  const { id } = history.run;
  const events: LedgerEvent[] = await ledger.events({ run: id });
  const of = <T extends LedgerEvent["type"]>(...types: readonly T[]) =>
    events.filter((event) => types.includes(event.type as T)) as Extract<
      LedgerEvent,
      { type: T }
    >[];
  const training = of("epoch", "steps", "run.resumed");
  const binding = bindingOf(history);
  const resumed = history.resumed.at(-1)?.sequence ?? -1;
  const descriptions = Object.entries(await descriptionsOf(ledger, id)).map(([name, text]) => [
    name,
    { ...text, isStale: text.sequence < resumed },
  ]);
  const requests = of("steer.requested");
  const answered = new Set(of("steer.applied").map(({ payload }) => payload.request));
  const [created] = await ledger.events({ types: ["ledger.created"] });
  const testRows = rowsOfTest(history);
  return {
    ledger: created?.payload.ledger ?? "",
    verification: await verifyLedger(ledger),
    history,
    descriptions: Object.fromEntries(descriptions),
    decisions: of("decision"),
    approvals: of("approval").map((event) => ({
      event,
      changed: changedParts(event.payload, binding),
    })),
    epochs: epochsOf(training),
    training,
    steering: of("steer.applied").map((applied) => ({
      applied,
      request: requests.find(({ hash }) => hash === applied.payload.request),
    })),
    scores: scoresOf(history, testRows),
    testRows,
    classes: classScoresOf(history.ended?.payload.inspection ?? {}),
    mistakes: await mistakesIn(ledger, of("mistakes").at(-1)),
    insights: insightsOf(of("insight")),
    landscapes: await newestLandscapes(ledger, id),
    evaluations: of("evaluation"),
    testLooks: await looksAt(ledger, history),
    checkpoints: of("checkpoint").length,
    changes: of(
      ...(["run.resumed", "run.ended", "decision", "approval"] as const),
      ...(["steer.applied", "steer.requested"] as const),
    ).filter(({ type, hash }) => type !== "steer.requested" || !answered.has(hash)),
    repeatedBy: await ledger.ask((query) =>
      query
        .selectFrom("runs")
        .select(["id as run", "weights"])
        .where("repeats", "=", id)
        .orderBy("number")
        .execute(),
    ),
    descendants: await descendantsOf(ledger, id),
    filesChanged: filesChanged(history.code.files, root),
  };
}

/** Known where the scores are of the test part as it was recorded, and not of other data. */
function rowsOfTest({ data, evaluation }: RunHistory): number | undefined {
  const part = data.parts.test;
  return part && evaluation?.payload.data === part.hash ? part.rows : undefined;
}

function scoresOf({ evaluation }: RunHistory, rows = 0): TestScore[] {
  const scores = evaluation?.payload.scores ?? {};
  return lossFirst(Object.keys(scores)).map((name) => {
    const value = Number(scores[name as keyof typeof scores]);
    const interval = intervalOf(name, value, rows);
    return { name, value, ...(interval && { interval }) };
  });
}

async function looksAt(ledger: Ledger, { evaluation }: RunHistory): Promise<number | undefined> {
  const data = evaluation?.payload.data ?? "unknown";
  if (data === "unknown") return undefined;
  const looks = await ledger.events({ types: ["test"] });
  return looks.filter(({ payload }) => payload.data === data).length;
}
