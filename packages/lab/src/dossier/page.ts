import type { Language } from "../accountability/items.js";
import { type Block, foreignName, foreignSentence, type Page, type Section } from "./blocks.js";
import type { Facts } from "./facts.js";
import type { PointName } from "./points.js";
import { type Context, described, makeContext } from "./sections/context.js";
import { data } from "./sections/data.js";
import { architecture, design, hyperparameters } from "./sections/design.js";
import { evaluation } from "./sections/evaluation.js";
import { approvals, life } from "./sections/life.js";
import { overview } from "./sections/overview.js";
import { training } from "./sections/training.js";
import type { Words } from "./words/words.js";

type SectionName = keyof Words["sections"];

/** The sections in order, the points that each answers, and what it holds. */
const sections: readonly (readonly [
  name: SectionName,
  points: readonly PointName[],
  blocks: (context: Context) => readonly Block[],
])[] = [
  ["overview", [], overview],
  [
    "purpose",
    ["1(a)", "1(b)", "1(d)", "1(e)", "1(g)", "1(h)"],
    (context) =>
      described(
        context,
        ...(["purpose", "provider", "interaction", "forms"] as const),
        ...(["hardware", "interface", "instructions"] as const),
      ),
  ],
  ["design", ["2(a)", "2(b)"], design],
  ["hyperparameters", ["2(b)"], hyperparameters],
  ["architecture", ["1(c)", "2(c)"], architecture],
  ["data", ["2(d)"], data],
  ["training", ["2(b)", "2(g)"], training],
  ["evaluation", ["2(g)", "4"], evaluation],
  [
    "limits",
    ["2(e)", "2(h)", "3", "5"],
    (context) =>
      described(
        context,
        ...(["limits", "risks", "inputs"] as const),
        ...(["oversight", "security", "riskManagement"] as const),
      ),
  ],
  ["life", ["2(f)", "6"], life],
  [
    "conformity",
    ["7", "8", "9"],
    (context) => described(context, "standards", "declaration", "monitoring"),
  ],
  ["approvals", ["2(g)"], approvals],
];

/** Lays the facts out, in one of the languages. */
export function makePage(facts: Facts, language: Language): Page {
  const context = makeContext(facts, language);
  const { points, words, format } = context;
  const { run, started } = facts.history;
  return {
    language,
    title: foreignName(run.experiment),
    kicker: words.kicker,
    lead: started.payload.about ? foreignSentence(started.payload.about) : words.noAbout,
    statusWords: { filled: words.filled, missing: words.missing, stale: words.stale },
    statuses: (["filled", "missing", "stale"] as const).map((status) => {
      const count = points.filter((point) => point.status === status).length;
      return { status, label: words.counted[status](count), count };
    }),
    sections: sections.map(
      ([name, answered, blocks]): Section => ({
        id: name,
        title: words.sections[name],
        points: answered,
        blocks: blocks(context),
      }),
    ),
    footer: words.footer(foreignName(facts.ledger), format.count(facts.verification.events)),
  };
}
