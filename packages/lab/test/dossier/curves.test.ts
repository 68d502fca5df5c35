import { expect, test } from "vitest";
import { type Chart, drawChart } from "../../src/dossier/chart.js";
import { epochCurves, epochsOf, stepCurve } from "../../src/dossier/curves.js";
import { Format } from "../../src/dossier/format.js";
import { inPage } from "../../src/dossier/svg.js";
import type { Draft } from "../../src/ledger/events.js";
import { epochDraft, startedDraft, temporaryLedger } from "../ledger/temporary.js";

const stepsDraft = (run: string, first: number, mean: readonly number[], stride = 1): Draft => ({
  type: "steps",
  run,
  payload: { first, stride, batches: mean.length * stride, mean, learningRate: 0.1 },
});

const resumedDraft = (run: string, epoch: number, step: number): Draft => ({
  type: "run.resumed",
  run,
  payload: {
    checkpoint: null,
    from: { epoch, batch: 0, step },
    environment: (startedDraft(run) as Extract<Draft, { type: "run.started" }>).payload.environment,
  },
});

async function trainingOf(...drafts: readonly Draft[]) {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("line-1"), ...drafts]);
  return ledger.events({ run: "line-1", types: ["epoch", "steps", "run.resumed"] });
}

test("what came behind the checkpoint of a resumption was trained again", async () => {
  const events = await trainingOf(
    stepsDraft("line-1", 0, [9, 8]),
    epochDraft("line-1", 1, 0.5),
    stepsDraft("line-1", 10, [7, 6]),
    epochDraft("line-1", 2, 0.1),
    resumedDraft("line-1", 1, 10),
    stepsDraft("line-1", 10, [5, 4]),
    epochDraft("line-1", 2, 0.6),
  );
  const epochs = epochsOf(events);
  expect(epochs.map(({ payload }) => payload.validation?.accuracy)).toEqual([0.5, 0.6]);
  expect(stepCurve(events)?.points.map(({ y }) => y)).toEqual([9, 8, 5, 4]);
  expect(epochCurves(epochs).map(({ metric }) => metric)).toEqual(["loss", "accuracy"]);
});

test("thousands of points are thinned, and keep their extremes", async () => {
  const mean = Array.from({ length: 1000 }, (_, index) => (index === 777 ? 1000 : 1));
  const curve = stepCurve(await trainingOf(stepsDraft("line-1", 0, mean, 2)));
  expect(curve?.points.length).toBeLessThanOrEqual(300);
  expect(curve?.points.at(-1)?.x).toBe(2000);
  expect(Math.max(...(curve?.band ?? []).map(({ high }) => high))).toBe(1000);
});

const chart = (ys: readonly number[], more: Partial<Chart> = {}): Chart => ({
  name: "loss",
  title: "loss",
  xTitle: "epoch",
  curves: [{ name: "train", points: ys.map((y, x) => ({ x, y })) }],
  legend: ["training"],
  marks: [],
  markWord: "intervention",
  logWord: "logarithmic",
  ...more,
});

const draw = (...parameters: Parameters<typeof chart>): string =>
  inPage(drawChart(chart(...parameters), new Format("en")));

test("values of several decades stand on a logarithmic axis", () => {
  const svg = draw([100, 10, 1, 0.1]);
  expect(svg).toContain(">logarithmic<");
  for (const tick of ["100", "10", "1", "0.1"]) expect(svg).toContain(`>${tick}</text>`);
  expect(draw([1, 2, 3])).not.toContain("logarithmic");
  expect(draw([-1, 0, 100])).not.toContain("logarithmic");
  // Equal factors are equal heights.
  const heights = [...svg.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
  expect(heights[1] ?? 0).toBeCloseTo(((heights[0] ?? 0) + (heights[2] ?? 0)) / 2, 0);
});

test("what is not finite is a gap, and nothing is drawn outside of the picture", () => {
  const svg = draw([1, Number.NaN, 2, Number.POSITIVE_INFINITY, 3, 4]);
  expect(svg.match(/M\d/g)).toHaveLength(3);
  expect(svg).not.toMatch(/NaN|Infinity/);
  for (const ys of [[], [0], [5, 5, 5], [Number.NaN], [1e-300, 1e300], [-1e308, 1e308]]) {
    expect(draw(ys, { marks: [1e9] })).not.toMatch(/NaN|Infinity/);
  }
});

test("names are text", () => {
  const svg = draw([1, 2], { title: "<script>", legend: ['"><b>'], xTitle: "a & b" });
  expect(svg).not.toMatch(/<script|<b>/);
  expect(svg).toContain("a &amp; b");
});
