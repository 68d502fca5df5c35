import { requireOptions } from "@versant/core/internal";
import { type Language, languages } from "../accountability/items.js";
import { type Axis, type AxisValue, axisOf } from "../figures/axis.js";
import { bestSoFar, frontOf } from "../figures/search.js";
import type { Ledger } from "../ledger/ledger.js";
import type { SearchRecord, TrialRecord } from "../ledger/searchEvents.js";
import { findSearch, type SearchSummary } from "../ledger/searches.js";
import { importanceIn } from "../tune/report.js";
import { bestTrials } from "../tune/standings.js";
import { type Figure, foreignName, type Table } from "./blocks.js";
import { requireOneOf } from "./dossier.js";
import { Format } from "./format.js";
import { writeHtml } from "./html.js";
import { drawParallel } from "./parallel.js";
import { figuresByFile, type Report } from "./report.js";
import { drawScatter } from "./scatter.js";
import { words as allWords, type Words } from "./words/words.js";

export interface SearchReportOptions {
  /** Its name, or the beginning of it. */
  readonly search: string;
  /** Default "en". */
  readonly language?: Language;
}

/** Best trials that a page lists. */
const listed = 20;

/**
 * The pictures of a search: its trials in order with the best so far, all of them over what was searched, the Pareto front
 * of two objectives, how much each hyper-parameter mattered, and the best trials.
 *
 * @throws ArgumentError for an unknown search or language
 */
export async function reportSearch(ledger: Ledger, options: SearchReportOptions): Promise<Report> {
  requireOptions("reportSearch", options, ["search", "language"]);
  const { search, language = "en" } = options;
  requireOneOf("reportSearch", "language", language, languages);
  const summary = await findSearch(ledger, search);
  const { name, record, trials } = summary;
  const words = allWords[language];
  const format = new Format(language);
  const best = bestTrials(trials, record);
  const figures = picturesOf(summary, best, { words, format });
  const points: [] = [];
  const html = writeHtml({
    ...{ language, title: foreignName(name), kicker: words.searchReport.kicker, statuses: [] },
    lead: words.searchReport.lead(foreignName(record.experiment), format.count(trials.length)),
    statusWords: { filled: words.filled, missing: words.missing, stale: words.stale },
    sections: [
      {
        ...{ id: "trials", title: words.searchReport.trials, points },
        blocks: [{ kind: "figures", figures }],
      },
      {
        ...{ id: "importance", title: words.searchReport.importance, points },
        blocks: [importance(summary, { words, format })],
      },
      {
        ...{ id: "best", title: words.searchReport.best, points },
        blocks: [bestTable(best, record, { words, format })],
      },
    ],
    footer: words.searchReport.footer,
  });
  return { html, figures: figuresByFile(figures) };
}

interface Writing {
  readonly words: Words;
  readonly format: Format;
}

function picturesOf(
  { record, trials }: SearchSummary,
  best: readonly TrialRecord[],
  { words: { searchReport: words }, format }: Writing,
): Figure[] {
  const numbers = axisOf("#", [1, Math.max(2, trials.length)], { title: words.number });
  const objectives = record.objectives.map(({ name }, index) =>
    axisOf(
      name,
      trials.map((trial) => trial.objectives[index]),
      { isLog: true },
    ),
  );
  const space = spaceAxes(record, trials);
  const [first, second] = objectives;
  if (!first) return [];
  const isBest = new Set(best.map(({ number }) => number));
  const history = drawScatter(
    {
      ...{ title: words.history, x: numbers, y: first, line: bestSoFar({ trials, record }) },
      points: trials.map(({ number, objectives: [value] }) => ({
        ...{ x: number, y: value, isBest: isBest.has(number) },
      })),
    },
    format,
  );
  const parallel = drawParallel(
    {
      ...{ title: words.parallel, axes: [...space, ...objectives] },
      lines: trials.map(({ number, values, objectives: scores }) => ({
        values: [...space.map(({ name }): AxisValue => values[name]), ...scores],
        isBest: isBest.has(number),
      })),
    },
    format,
  );
  const figures = [
    { name: "history", drawing: history },
    { name: "parallel", drawing: parallel },
  ];
  if (!second) return figures;
  const front = drawScatter(
    {
      ...{ title: words.front, x: first, y: second },
      // Of three objectives, the front is no line between two.
      line: objectives.length === 2 ? frontOf(best, 0, 1) : [],
      points: trials.map(({ number, objectives: [x, y] }) => ({
        ...{ x, y, isBest: isBest.has(number) },
      })),
    },
    format,
  );
  return [...figures, { name: "front", drawing: front }];
}

const spaceAxes = ({ space }: SearchRecord, trials: readonly TrialRecord[]): Axis[] =>
  Object.entries(space).map(([name, declaration]) => {
    if (declaration.kind === "choice") return axisOf(name, [], { words: declaration.options });
    if (declaration.kind === "flag") return axisOf(name, [], { words: ["false", "true"] });
    const { min, max, scale } = declaration;
    const values = trials.map((trial): AxisValue => trial.values[name]);
    return axisOf(name, values, { range: [min, max], isLog: scale === "log" });
  });

function importance(
  { record, trials }: SearchSummary,
  { words: { searchReport: words }, format }: Writing,
): Table | { readonly kind: "text"; readonly text: string } {
  const shares = Object.entries(importanceIn(trials, record) ?? {}).sort((a, b) => b[1] - a[1]);
  if (shares.length === 0) return { kind: "text", text: words.noImportance };
  return {
    kind: "table",
    header: words.importanceHeader,
    numbersFrom: 1,
    rows: shares.map(([name, share]) => [foreignName(name), `${format.score(100 * share)} %`]),
  };
}

function bestTable(
  best: readonly TrialRecord[],
  record: SearchRecord,
  { words: { searchReport: words }, format }: Writing,
): Table {
  const names = Object.keys(record.space);
  const write = (value: unknown): string =>
    typeof value === "number" ? format.score(value) : foreignName(String(value ?? "–"));
  return {
    kind: "table",
    header: [
      words.number,
      ...record.objectives.map(({ name }) => foreignName(name)),
      ...names.map(foreignName),
    ],
    numbersFrom: 0,
    rows: best
      .slice(0, listed)
      .map(({ number, objectives, values }) => [
        format.count(number),
        ...objectives.map(write),
        ...names.map((name) => write(values[name])),
      ]),
  };
}
