import { ArgumentError, requireOptions } from "@versant/core/internal";
import type { Event } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { findRun } from "../ledger/runs.js";
import { Refusal } from "../refusal/refusal.js";
import { record, requireText } from "./record.js";

export interface DecisionOptions {
  /** As `findRun` reads it: "last", "#12", a name or its beginning. */
  readonly run: string;
  readonly title: string;
  readonly why: string;
  /** What it was before, and what it is now: both or neither. */
  readonly from?: string;
  readonly to?: string;
  /** What else was considered. */
  readonly alternatives?: readonly string[];
  /** Runs ("#12") and scores of runs ("#12:validation.accuracy") that speak for it. */
  readonly evidence?: readonly string[];
}

/**
 * Records a decision. Evidence is looked up and recorded with the full name of the run and the score
 * as it is now, "mnist-7f3a:test.accuracy = 0.9671", so that a later score does not change it.
 *
 * @throws ArgumentError when a text is empty, `from` or `to` stands alone, or there is no such evidence
 */
export async function decide(ledger: Ledger, options: DecisionOptions): Promise<Event<"decision">> {
  const known = ["run", "title", "why", "from", "to", "alternatives", "evidence"];
  requireOptions("decide", options, known);
  const { alternatives = [], evidence = [], from, to } = options;
  if ((from === undefined) !== (to === undefined)) {
    throw new ArgumentError(
      `decide: received only ${from === undefined ? "to" : "from"}, expected from and to together, or ` +
        "neither; say what it was before and what it is now.",
    );
  }
  const [title, why] = [
    requireText("decide", "title", options.title),
    requireText("decide", "why", options.why),
  ];
  const run = await findRun(ledger, options.run);
  const found: string[] = [];
  for (const each of evidence) found.push(await findEvidence(ledger, each));
  return record<"decision">(ledger, {
    type: "decision",
    run: run.id,
    payload: {
      title,
      why,
      ...(from !== undefined && { from: requireText("decide", "from", from) }),
      ...(to !== undefined && { to: requireText("decide", "to", to) }),
      alternatives: alternatives.map((each) => requireText("decide", "an alternative", each)),
      evidence: found,
    },
  });
}

async function findEvidence(ledger: Ledger, text: string): Promise<string> {
  const [word = "", ...rest] = requireText("decide", "evidence", text).split(":");
  const run = await findRun(ledger, word);
  if (rest.length === 0) return run.id;
  const name = rest.join(":");
  const score = run.scores[name];
  if (score !== undefined) return `${run.id}:${name} = ${score}`;
  const names = Object.keys(run.scores);
  throw new Refusal(
    "decide.score",
    { evidence: text, run: run.id, names },
    `decide: received the evidence "${text}", but ${run.id} has no score "${name}"; expected ` +
      `${names.length > 0 ? `one of ${names.join(", ")}` : "a run that has scores already"}.`,
  );
}
