import { chosen } from "../../figures/chosen.js";
import type { Event } from "../../ledger/events.js";
import { type Block, type Figure, foreignName } from "../blocks.js";
import type { Chart } from "../chart.js";
import { drawErrors } from "../errors.js";
import { drawHistograms } from "../histograms.js";
import type { PicturedSample } from "../mistakes.js";
import { drawSamples } from "../samples.js";
import type { Context } from "./context.js";

/** Histograms of each kind that a page shows. */
const mostHistograms = 16;

/** What the run tells of its inside: warnings, how gradients and updates went, how values were spread at last. */
export function inside(context: Context): Block[] {
  const { facts, words } = context;
  const newest = facts.insights.at(-1)?.payload;
  if (!newest) return [{ kind: "text", text: words.inside.none }];
  const warnings = newest.warnings.map(
    ({ kind, path }): Block => ({
      ...{ kind: "notice", status: "missing" },
      text: words.inside.warnings[kind](foreignName(path)),
    }),
  );
  const healthy: Block = { kind: "notice", status: "filled", text: words.inside.noWarnings };
  return [
    ...(warnings.length > 0 ? warnings : [healthy]),
    { kind: "charts", charts: insideCharts(context) },
    { kind: "figures", figures: histograms(context) },
  ];
}

/** Norms of gradients and sizes of updates, of some of the layers. */
export function insideCharts({ facts, words }: Context): Chart[] {
  const { insights } = facts;
  if (insights.length === 0) return [];
  const chart = (name: "gradients" | "updates", read: Reading): Chart => {
    const curves = curvesOf(insights, read);
    return {
      ...{ name, title: words.inside[name], xTitle: words.batchAxis, curves },
      legend: curves.map((curve) => foreignName(curve.name)),
      ...{ marks: [], markWord: "", logWord: words.log },
    };
  };
  return [
    chart("gradients", ({ layers }) => layers.map(({ path, gradient }) => [path, gradient])),
    chart("updates", ({ parameters }) =>
      parameters.map(({ path, updateRatio }) => [path, updateRatio]),
    ),
  ];
}

type Reading = (
  look: Event<"insight">["payload"],
) => readonly (readonly [path: string, value: number])[];

function curvesOf(insights: Context["facts"]["insights"], read: Reading): Chart["curves"] {
  const tables = insights.map(({ payload }) => ({
    x: payload.step,
    values: new Map(read(payload)),
  }));
  const paths = chosen([...(tables.at(-1)?.values.keys() ?? [])]);
  return paths.map((path) => ({
    name: path,
    points: tables.flatMap(({ x, values }) => {
      const y = values.get(path);
      return y === undefined ? [] : [{ x, y }];
    }),
  }));
}

export function histograms({ facts, words, format }: Context): Figure[] {
  const newest = facts.insights.at(-1)?.payload;
  if (!newest) return [];
  const epoch = format.count(newest.epoch);
  return (["weights", "activations"] as const).flatMap((name) => {
    const shown = newest[name].slice(0, mostHistograms);
    const drawing = drawHistograms(words.inside[name](epoch), shown, format);
    return shown.length > 0 ? [{ name, drawing }] : [];
  });
}

/** Samples that were answered wrongly, as pictures of numbers or of images. */
export function wrongSamples(
  { facts, words, format }: Context,
  pictures: readonly PicturedSample[],
): Figure[] {
  const { mistakes } = facts;
  if (mistakes?.content.kind === "numbers") {
    const { name, samples } = mistakes.content;
    const part = words.parts[mistakes.part] ?? mistakes.part;
    const { errors, truth, prediction, error } = words.inside;
    const title = errors(foreignName(name), part);
    return [
      { name: "errors", drawing: drawErrors(samples, { title, truth, prediction, error }, format) },
    ];
  }
  if (pictures.length === 0) return [];
  return [{ name: "wrong", drawing: drawSamples(words.inside.wrong, pictures, format) }];
}
