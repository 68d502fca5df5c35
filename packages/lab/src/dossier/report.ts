import { requireOptions } from "@versant/core/internal";
import { type Language, languages } from "../accountability/items.js";
import type { Ledger } from "../ledger/ledger.js";
import { projectRoot } from "../provenance/root.js";
import { type Block, type Figure, foreignName, foreignSentence, type Page } from "./blocks.js";
import { drawChart } from "./chart.js";
import { requireOneOf } from "./dossier.js";
import { collectFacts } from "./facts.js";
import { writeHtml } from "./html.js";
import { drawLandscape } from "./landscape.js";
import { drawMatrix } from "./matrix.js";
import { picturesOf } from "./mistakes.js";
import { type Context, makeContext } from "./sections/context.js";
import { architecture, hyperparameters } from "./sections/design.js";
import { confusions, measured } from "./sections/evaluation.js";
import { histograms, inside, insideCharts, wrongSamples } from "./sections/inside.js";
import { landscapeFigures } from "./sections/landscape.js";
import { identity } from "./sections/overview.js";
import { charts, training } from "./sections/training.js";
import { asFile } from "./svg.js";

export interface ReportOptions {
  /** As `findRun` reads it: "last", "#12", a name or its beginning. */
  readonly run: string;
  /** Default "en". */
  readonly language?: Language;
}

export interface Report {
  /** One page that needs nothing else, without scripts. */
  readonly html: string;
  /** Its pictures as files of their own: "loss.svg", "steps.svg", "landscape-path-validation.svg", "confusion.svg", ... */
  readonly figures: ReadonlyMap<string, string>;
}

/**
 * The pictures of a run: its scores with their intervals, the curves of its training, gradients, updates and how
 * values were spread, what it got wrong, its hyper-parameters and layers; what the technical file says of these, and
 * drawn as there. The ledger is verified first.
 *
 * @throws ArgumentError for an unknown run or language
 */
export async function report(ledger: Ledger, options: ReportOptions): Promise<Report> {
  requireOptions("report", options, ["run", "language"]);
  const { run, language = "en" } = options;
  requireOneOf("report", "language", language, languages);
  const facts = await collectFacts(ledger, run, await projectRoot(process.cwd()));
  const context = makeContext(facts, language);
  const wrong = wrongSamples(context, await picturesOf(facts.mistakes));
  return { html: writeHtml(pageOf(context, wrong)), figures: figuresOf(context, wrong) };
}

function pageOf(context: Context, wrong: readonly Figure[]): Page {
  const { facts, words, format, language } = context;
  const { run, started } = facts.history;
  const { about } = started.payload;
  const points: [] = [];
  return {
    language,
    title: foreignName(run.id),
    kicker: words.report.kicker,
    lead: about ? foreignSentence(about) : words.noAbout,
    statusWords: { filled: words.filled, missing: words.missing, stale: words.stale },
    statuses: [],
    sections: [
      { id: "run", title: words.report.run, points, blocks: identity(context) },
      {
        ...{ id: "training", title: words.sections.training, points },
        blocks: training(context),
      },
      { id: "inside", title: words.inside.title, points, blocks: inside(context) },
      {
        ...{ id: "evaluation", title: words.sections.evaluation, points },
        blocks: [...measured(context), ...(wrong.length > 0 ? [figures(wrong)] : [])],
      },
      {
        id: "hyperparameters",
        title: words.sections.hyperparameters,
        points,
        blocks: hyperparameters(context),
      },
      {
        ...{ id: "architecture", title: words.sections.architecture, points },
        blocks: architecture(context),
      },
    ],
    footer: words.report.footer(foreignName(facts.ledger), format.count(facts.verification.events)),
  };
}

const figures = (drawn: readonly Figure[]): Block => ({ kind: "figures", figures: drawn });

function figuresOf(context: Context, wrong: readonly Figure[]): Map<string, string> {
  const { format } = context;
  const drawn = [...charts(context), ...insideCharts(context)].map((chart) => ({
    name: chart.name,
    drawing: drawChart(chart, format),
  }));
  const matrices = confusions(context).map((matrix) => ({
    name: "confusion",
    drawing: drawMatrix(matrix, format),
  }));
  const landscapes = landscapeFigures(context).map((figure) => ({
    name: figure.name,
    drawing: drawLandscape(figure, format),
  }));
  return figuresByFile([...drawn, ...landscapes, ...matrices, ...wrong, ...histograms(context)]);
}

/** Pictures as files of their own, by the names of the files. */
export function figuresByFile(figures: readonly Figure[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, drawing } of figures) {
    // Anybody may have named a metric.
    const plain = name.replaceAll(/[^\w-]+/g, "-").slice(0, 60) || "-";
    let file = `${plain}.svg`;
    for (let copy = 2; files.has(file); copy++) file = `${plain}-${copy}.svg`;
    files.set(file, asFile(drawing));
  }
  return files;
}
