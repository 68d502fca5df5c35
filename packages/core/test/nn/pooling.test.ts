import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, type Shape, ShapeError, sizeOf } from "../../src/array/index.js";
import * as nn from "../../src/nn/index.js";
import { gradients, type Tensor, tensor, zeros } from "../../src/tensor/index.js";
import { gradcheck } from "../../src/testing/index.js";
import { expectElements, leaf } from "./values.js";

const { avgPool1d, avgPool2d, maxPool1d, maxPool2d } = nn.functional;
const { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveMaxPool1d, adaptiveMaxPool2d } =
  nn.functional;

/** Elements from 0 to 10 in an order that repeats some, so that windows have equals. */
const scattered = (shape: Shape): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, (_, index) => (index * 7) % 11);

/** The gradient of sum(weights * y) with weights 1, 2, 3, ... */
function weightedGradient(x: Tensor, pool: (x: Tensor) => Tensor): Tensor {
  const y = pool(x);
  const weights = tensor(
    Float32Array.from({ length: y.size }, (_, index) => index + 1),
    { shape: y.shape },
  );
  return gradients(y.multiply(weights).sum(), [x])[0] as Tensor;
}

interface AxisPlan {
  readonly length: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** Where each window of an axis has its elements, padding included; the definition as a loop. */
function windowsOf(axis: AxisPlan, ceilMode: boolean): number[][] {
  const { length, size, stride, padding, dilation } = axis;
  const span = dilation * (size - 1) + 1;
  const windows: number[][] = [];
  for (let start = -padding; start < length; start += stride) {
    const over = start + span - (length + padding);
    // Without ceil mode all of a window has to fit, and with it all but less than a stride.
    if (over >= (ceilMode ? stride : 1)) break;
    windows.push(Array.from({ length: size }, (_, element) => start + element * dilation));
  }
  return windows;
}

const axisPlan = (largestDilation: number) =>
  fc
    .record({
      extra: fc.integer({ min: 0, max: 5 }),
      size: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      side: fc.nat(2),
      dilation: fc.integer({ min: 1, max: largestDilation }),
    })
    .map(({ extra, size, stride, side, dilation }): AxisPlan => {
      const padding = Math.min(side, Math.floor(size / 2));
      const length = dilation * (size - 1) + 1 + extra;
      return { length, size, stride, padding, dilation };
    });

const listOf = (axes: readonly AxisPlan[], name: keyof AxisPlan): number[] =>
  axes.map((axis) => axis[name]);

describe("maxPool2d", () => {
  test("is the largest of each window, and its gradient that of the first", () => {
    const plan = fc.tuple(axisPlan(2), axisPlan(2));
    fc.assert(
      fc.property(plan, fc.boolean(), (axes, ceilMode) => {
        const shape = [1, 2, ...listOf(axes, "length")];
        const [, , height, width] = shape as [number, number, number, number];
        const values = scattered(shape);
        const [rows, columns] = axes.map((axis) => windowsOf(axis, ceilMode));
        const expected: number[] = [];
        const expectedGradient = new Array<number>(values.length).fill(0);
        for (const channel of [0, 1]) {
          for (const row of rows as number[][]) {
            for (const column of columns as number[][]) {
              const inside = row
                .flatMap((i) => column.map((j) => [i, j] as const))
                .filter(([i, j]) => i >= 0 && i < height && j >= 0 && j < width)
                .map(([i, j]) => (channel * height + i) * width + j);
              const largest = Math.max(...inside.map((each) => values[each] as number));
              const first = inside.find((each) => values[each] === largest) as number;
              expected.push(largest);
              expectedGradient[first] = (expectedGradient[first] as number) + expected.length;
            }
          }
        }
        const pool = (x: Tensor): Tensor =>
          maxPool2d(x, listOf(axes, "size"), {
            stride: listOf(axes, "stride"),
            padding: listOf(axes, "padding"),
            dilation: listOf(axes, "dilation"),
            ceilMode,
          });
        const x = tensor(values, { shape, requiresGrad: true });
        expect(pool(x).shape).toEqual([1, 2, rows?.length, columns?.length]);
        expectElements(pool(x), expected);
        expectElements(weightedGradient(x, pool), expectedGradient);
      }),
    );
  });

  test("of equals, the first in the order of rows has the gradient", () => {
    const image = (rows: number[][]): Tensor => leaf([[rows]]);
    const pool = (x: Tensor): Tensor => maxPool2d(x, 2);
    expectElements(
      weightedGradient(
        image([
          [0, 0],
          [0, 0],
        ]),
        pool,
      ),
      [1, 0, 0, 0],
    );
    expectElements(
      weightedGradient(
        image([
          [1, 5],
          [5, 2],
        ]),
        pool,
      ),
      [0, 1, 0, 0],
    );
    expectElements(
      weightedGradient(
        image([
          [1, 2],
          [5, 5],
        ]),
        pool,
      ),
      [0, 0, 1, 0],
    );
    const parts = (x: Tensor): Tensor => adaptiveMaxPool2d(x, 1);
    expectElements(
      weightedGradient(
        image([
          [1, 5],
          [5, 2],
        ]),
        parts,
      ),
      [0, 1, 0, 0],
    );
  });

  test("padding is below everything, and NaN above", () => {
    const x = tensor([[[-3, -1, -2]]]);
    expectElements(maxPool1d(x, 2, { padding: 1, stride: 1 }), [-3, -1, -1, -2]);
    const y = maxPool1d(tensor([[[1, Number.NaN, 3, Infinity]]]), 2);
    expect([...y.dataSync()]).toEqual([Number.NaN, Infinity]);
  });

  test("a window may have a single element, anywhere between padding", () => {
    const x = tensor([[[4, 3, 5]]]);
    const wide = { stride: 1, padding: 1, dilation: 3 };
    expectElements(maxPool1d(x, 2, wide), [5, 4]);
  });

  test("the gradient can be differentiated again", () => {
    const x = leaf([[[0.5, -1, 2, 0.25, 1.5, 1]]]);
    const options = { stride: 2, padding: 1 };
    gradcheck(
      (input) => gradients(maxPool1d(input, 3, options).square().sum(), [input])[0] as Tensor,
      [x],
    );
  });
});

describe("avgPool2d", () => {
  test("is the mean of each window, with or without padding", () => {
    const plan = fc.tuple(axisPlan(1), axisPlan(1));
    fc.assert(
      fc.property(plan, fc.boolean(), fc.boolean(), (axes, ceilMode, countIncludePad) => {
        const [height, width] = listOf(axes, "length") as [number, number];
        const [top, left] = listOf(axes, "padding") as [number, number];
        const values = scattered([height, width]);
        const [rows, columns] = axes.map((axis) => windowsOf(axis, ceilMode));
        const expected = (rows as number[][]).flatMap((row) =>
          (columns as number[][]).map((column) => {
            const all = row.flatMap((i) => column.map((j) => [i, j] as const));
            const inside = all.filter(([i, j]) => i >= 0 && i < height && j >= 0 && j < width);
            const padded = all.filter(([i, j]) => i < height + top && j < width + left);
            const sum = inside.reduce((total, [i, j]) => total + Number(values[i * width + j]), 0);
            return sum / (countIncludePad ? padded.length : inside.length);
          }),
        );
        const y = avgPool2d(
          tensor(values, { shape: [1, 1, height, width] }),
          listOf(axes, "size"),
          {
            stride: listOf(axes, "stride"),
            padding: [top, left],
            ceilMode,
            countIncludePad,
          },
        );
        expect(y.shape).toEqual([1, 1, rows?.length, columns?.length]);
        expectElements(y, expected);
      }),
    );
  });

  test("golden values", () => {
    const x = tensor([[[2, 4, 6, 8, 10]]]);
    expectElements(avgPool1d(x, 2), [3, 7]);
    expectElements(avgPool1d(x, 2, { ceilMode: true }), [3, 7, 10]);
    expectElements(avgPool1d(x, 3, { stride: 2, padding: 1 }), [2, 6, 6]);
    const inside = { stride: 2, padding: 1, countIncludePad: false };
    expectElements(avgPool1d(x, 3, inside), [3, 6, 9]);
  });
});

describe("adaptive pooling", () => {
  test("covers the axis with windows from floor(i L / n) to ceil((i + 1) L / n)", () => {
    const sizes = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(sizes, sizes, (length, count) => {
        const values = scattered([length]);
        const parts = Array.from({ length: count }, (_, part) =>
          values.slice(
            Math.floor((part * length) / count),
            Math.ceil(((part + 1) * length) / count),
          ),
        );
        const x = tensor(values, { shape: [1, 1, length] });
        expectElements(
          adaptiveMaxPool1d(x, count),
          parts.map((part) => Math.max(...part)),
        );
        const averages = parts.map((part) => part.reduce((a, b) => a + b, 0) / part.length);
        expectElements(adaptiveAvgPool1d(x, count), averages);
      }),
    );
  });

  test("makes images of any size one size", () => {
    const sizes = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(sizes, sizes, sizes, sizes, (height, width, rows, columns) => {
        const x = zeros([2, 3, height, width]);
        expect(adaptiveAvgPool2d(x, [rows, columns]).shape).toEqual([2, 3, rows, columns]);
        expect(adaptiveMaxPool2d(x, rows).shape).toEqual([2, 3, rows, rows]);
      }),
    );
  });

  test.each([Infinity, -Infinity, Number.NaN])("%s stays in the windows that it lies in", (odd) => {
    const x = leaf([[[1, 2, 3, 4, odd]]]);
    expect([...adaptiveAvgPool1d(x, 3).dataSync()]).toEqual([1.5, 3, odd]);
    const image = tensor([
      [
        [
          [1, 2, odd],
          [3, 4, 5],
        ],
      ],
    ]);
    expect([...adaptiveAvgPool2d(image, 2).dataSync()]).toEqual([1.5, odd, 3.5, 4.5]);
    expectElements(
      weightedGradient(x, (input) => adaptiveAvgPool1d(input, 3)),
      [1 / 2, 1 / 2 + 2 / 3, 2 / 3, 2 / 3 + 3 / 2, 3 / 2],
    );
  });

  test("to 1 is the mean, or the largest, of the whole image", () => {
    const x = tensor([
      [
        [
          [1, 2, 6],
          [3, 5, 1],
        ],
      ],
    ]);
    expectElements(adaptiveAvgPool2d(x, 1), [3]);
    expectElements(adaptiveMaxPool2d(x, 1), [6]);
  });
});

describe("layers", () => {
  test("are written like the call that makes them", () => {
    expect(String(new nn.MaxPool2d(2, { stride: 1 }))).toBe("MaxPool2d(2)");
    expect(String(new nn.AvgPool2d([2, 3]))).toBe("AvgPool2d([2, 3])");
    expect(String(new nn.AdaptiveAvgPool1d([4]))).toBe("AdaptiveAvgPool1d(4)");
  });

  test.each<[string, () => unknown]>([
    ["MaxPool1d: received kernelSize 0, expected an integer", () => new nn.MaxPool1d(0)],
    ["MaxPool2d: received kernelSize [2], expected", () => new nn.MaxPool2d([2])],
    ["MaxPool2d: received stride 1.5", () => new nn.MaxPool2d(2, { stride: 1.5 })],
    ["AvgPool2d: received padding -1", () => new nn.AvgPool2d(2, { padding: -1 })],
    ["MaxPool2d: received dilation 0", () => new nn.MaxPool2d(2, { dilation: 0 })],
    [
      "MaxPool2d: received padding 2 for kernelSize 3, expected at most half of it; use less padding " +
        "or a larger kernel.",
      () => new nn.MaxPool2d(3, { padding: 2 }),
    ],
    ['named "dilation"', () => new nn.AvgPool2d(2, { dilation: 2 } as never)],
    ['named "countIncludePad"', () => new nn.MaxPool1d(2, { countIncludePad: true } as never)],
    ["AdaptiveAvgPool2d: received outputSize 0", () => new nn.AdaptiveAvgPool2d(0)],
    [
      "AdaptiveMaxPool1d: received outputSize [1, 2], expected an integer of at least 1.",
      () => new nn.AdaptiveMaxPool1d([1, 2]),
    ],
  ])("%s", (message, act) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(message);
  });

  test.each<[string, nn.Module, Shape]>([
    [
      "MaxPool2d(2): received shape (3, 28, 28), expected (N, C, H, W); add the batch axis with " +
        ".unsqueeze(0), or that of channels with .unsqueeze(1).",
      new nn.MaxPool2d(2),
      [3, 28, 28],
    ],
    ["expected (N, C, L)", new nn.AdaptiveMaxPool1d(2), [1, 3, 28, 28]],
    [
      "AvgPool2d(4): received shape (1, 3, 1, 8), where axis 2 has 3 with its padding, expected at " +
        "least 4",
      new nn.AvgPool2d(4, { padding: 1 }),
      [1, 3, 1, 8],
    ],
    [
      "MaxPool1d(3): received shape (1, 1, 1), where axis 2 has 1, expected at least 3",
      new nn.MaxPool1d(3, { ceilMode: true, stride: 1 }),
      [1, 1, 1],
    ],
    [
      "MaxPool1d(2): received shape (1, 1, 2), where a window along axis 2 (size 2, dilation 3, " +
        "padding 1) lies wholly in the padding, expected an element of the input in each",
      new nn.MaxPool1d(2, { stride: 1, padding: 1, dilation: 3 }),
      [1, 1, 2],
    ],
    [
      "MaxPool2d(2): received shape (1, 1, 9, 2), where a window along axis 3 (size 2, dilation 3",
      new nn.MaxPool2d(2, { stride: 1, padding: 1, dilation: 3, ceilMode: true }),
      [1, 1, 9, 2],
    ],
    [
      "AvgPool1d(2): received shape (1, 1, 0), expected at least one element along axis 2",
      new nn.AvgPool1d(2, { padding: 1 }),
      [1, 1, 0],
    ],
    [
      "AdaptiveAvgPool1d(2): received shape (1, 1, 0), expected at least one element along axis 2",
      new nn.AdaptiveAvgPool1d(2),
      [1, 1, 0],
    ],
  ])("%s", (message, layer, shape) => {
    expect(() => layer.forward(zeros(shape))).toThrow(ShapeError);
    expect(() => layer.forward(zeros(shape))).toThrow(message);
  });

  test.each<[string, () => unknown]>([
    ["maxPool2d: received 3 as the input", () => maxPool2d(3 as never, 2)],
    ["avgPool1d: received shape (2, 3), expected (N, C, L)", () => avgPool1d(zeros([2, 3]), 2)],
    ["maxPool1d: received int32", () => maxPool1d(zeros([1, 2, 3], "int32"), 2)],
    ["avgPool2d: received kernelSize 0", () => avgPool2d(zeros([1, 1, 4, 4]), 0)],
    ["adaptiveAvgPool2d: received outputSize", () => adaptiveAvgPool2d(zeros([1, 1, 4, 4]), -1)],
  ])("%s", (message, act) => {
    expect(act).toThrow(message);
  });
});
