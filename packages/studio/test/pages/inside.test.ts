import { chosen } from "versant/figures";
import type { InsideMoment } from "versant/studio-api";
import { expect, test } from "vitest";
import { insideCurves } from "../../src/pages/run/inside/curves.js";

const moment = (step: number, gradients: Readonly<Record<string, unknown>>): InsideMoment => ({
  ...{ epoch: step, step, sequence: step, time: "2026-03-20T08:00:00Z" },
  ...{ parameters: [], relus: [], warnings: [] },
  // As JSON has them: what is not finite is a text.
  layers: Object.entries(gradients).map(([path, gradient]) => ({
    path,
    gradient: gradient as number,
  })),
});

test("of many layers as many are drawn as there are colours, with the first and the last", () => {
  const paths = Array.from({ length: 20 }, (_, index) => `hidden.${index}`);
  expect(chosen(paths)).toEqual([0, 4, 8, 11, 15, 19].map((index) => `hidden.${index}`));
  expect(chosen(["a", "b"])).toEqual(["a", "b"]);
});

test("a curve has a gap where a layer was not measured, or was not finite", () => {
  const history = [
    moment(1, { a: 3 }),
    moment(2, { a: "Infinity", b: 5 }),
    moment(3, { a: 1, b: 4 }),
  ];
  const curves = insideCurves(history, ({ layers }) =>
    layers.map(({ path, gradient }) => [path, gradient]),
  );
  expect(curves.map(({ label, curve }) => [label, curve.value])).toEqual([
    ["a", [3, null, 1]],
    ["b", [null, 5, 4]],
  ]);
  expect(insideCurves([], () => [])).toEqual([]);
});
