import { describe, expect, test } from "vitest";
import { meanSquaredError } from "../../src/loss/index.js";
import { SGD } from "../../src/optim/index.js";
import { compile, Parameter, type Tensor, tensor } from "../../src/tensor/index.js";

const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 3, 4, 5]);

/** Rows (J, ...parameters): the cost before each update and the parameters after it. */
function table(
  parameters: Parameter[],
  predict: () => Tensor,
  iterations: number,
  learningRate: number,
  target = y,
): number[][] {
  const optimizer = new SGD(parameters, { learningRate });
  const step = compile(() => {
    const cost = meanSquaredError(predict(), target);
    cost.backward();
    optimizer.step();
    return cost;
  });
  return Array.from({ length: iterations }, () => {
    const cost = step().itemSync();
    return [cost, ...parameters.map((parameter) => parameter.itemSync())];
  });
}

/** Rounded as printed, to at most `digits` decimals, or half a unit off. */
function expectRow(row: number[] | undefined, printed: number[], digits: number): void {
  printed.forEach((value, index) => {
    const error = Math.abs((row?.[index] as number) - value);
    expect(error, `column ${index}: ${row?.[index]}, printed ${value}`).toBeLessThanOrEqual(
      0.5 * 10 ** -digits + 1e-6,
    );
  });
}

test("golden table of one parameter", () => {
  const w = new Parameter(tensor(0));
  const rows = table([w], () => x.mul(w), 100, 0.1);
  const exact = [
    [13.5, 2],
    [3.5, 1],
    [1, 1.5],
    [0.375, 1.25],
    [0.21875, 1.375],
    [0.1796875, 1.3125],
  ];
  exact.forEach((printed, index) => {
    expectRow(rows[index], printed, 6);
  });
  expectRow(rows[9], [0.1667, 1.332], 4);
  expectRow(rows[99], [0.1667, 1.3333], 4);
});

describe("golden table with a bias", () => {
  test("descends as printed", () => {
    const [w, b] = [new Parameter(tensor(0)), new Parameter(tensor(0))];
    const rows = table([w, b], () => x.mul(w).add(b), 233, 0.1);
    expectRow(rows[0], [13.5, 2, 0.7], 6);
    expectRow(rows[1], [6.09, 0.65, 0.26], 3);
    expectRow(rows[2], [2.761, 1.545, 0.583], 3);
    expectRow(rows[3], [1.265, 0.936, 0.394], 3);
    expectRow(rows[4], [0.592, 1.335, 0.547], 3);
    expectRow(rows[5], [0.288, 1.059, 0.47], 3);
    expectRow(rows[9], [0.044, 1.127, 0.556], 3);
    expectRow(rows[19], [0.018, 1.109, 0.678], 3);
    expectRow(rows[232], [0, 1, 1], 2);
  });

  test("starts with the gradient (-20, -7)", () => {
    const [w, b] = [new Parameter(tensor(0)), new Parameter(tensor(0))];
    meanSquaredError(x.mul(w).add(b), y).backward();
    expect(w.grad?.itemSync()).toBeCloseTo(-20, 5);
    expect(b.grad?.itemSync()).toBeCloseTo(-7, 5);
  });
});

test("golden frames of the regression line are single steps on the moments of its data", () => {
  // Half the mean squared error depends on the line by these moments of the data alone.
  const moments = { xx: 35.13, x: 3.46, xy: 113.4, y: 11.45 };
  const [a, b] = [new Parameter(tensor(0.58)), new Parameter(tensor(0.25))];
  const optimizer = new SGD([a, b], { learningRate: 0.01 });
  const step = compile(() => {
    const cost = a
      .square()
      .mul(moments.xx)
      .add(b.square())
      .add(a.mul(b).mul(2 * moments.x))
      .sub(a.mul(2 * moments.xy))
      .sub(b.mul(2 * moments.y))
      .mul(0.5);
    cost.backward();
    optimizer.step();
    return cost;
  });
  const frames = [
    [1.5, 0.35],
    [2.1, 0.4],
    [2.48, 0.43],
    [2.73, 0.46],
    [2.89, 0.47],
    [2.99, 0.48],
    [3.06, 0.49],
    [3.1, 0.49],
    [3.13, 0.5],
  ];
  for (const [slope, intercept] of frames as [number, number][]) {
    // A frame is the step from the rounded frame before it.
    step();
    expect(Math.abs(a.itemSync() - slope)).toBeLessThanOrEqual(0.01 + 1e-6);
    expect(Math.abs(b.itemSync() - intercept)).toBeLessThanOrEqual(0.01 + 1e-6);
    a.assign(tensor(slope));
    b.assign(tensor(intercept));
  }
  for (let more = 0; more < 3000; more++) step();
  expect(a.itemSync()).toBeCloseTo(3.19, 1);
  expect(b.itemSync()).toBeCloseTo(0.4, 1);
});
