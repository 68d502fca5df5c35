import { expect, test } from "vitest";
import { RunTimeScalar } from "../../src/tensor/index.js";
import type { Clipping } from "../../src/train/index.js";
import { lineLoader, lineTrainer, weightsOf } from "./line.js";

/** How far one step of one batch with learning rate 1 goes, for slope and intercept. */
async function stepOf(clip?: Clipping): Promise<number[]> {
  const { model, trainer } = lineTrainer({ learningRate: 1, ...(clip && { clip }) });
  const before = weightsOf(model);
  await trainer.fit({ train: lineLoader(20, 20), epochs: 1 });
  return weightsOf(model).map((value, index) => value - (before[index] as number));
}

test("a Trainer clips the norm, the elements, or both", async () => {
  const free = await stepOf();
  const length = Math.hypot(...free);
  const byNorm = await stepOf({ norm: length / 10 });
  byNorm.forEach((value, index) => {
    expect(value).toBeCloseTo((free[index] as number) / 10, 4);
  });
  const limit = Math.min(...free.map(Math.abs)) / 2;
  const byValue = await stepOf({ value: limit });
  byValue.forEach((value, index) => {
    expect(value).toBeCloseTo(Math.sign(free[index] as number) * limit, 5);
  });
  const byBoth = await stepOf({ value: limit, norm: limit });
  byBoth.forEach((value, index) => {
    expect(value).toBeCloseTo((byValue[index] as number) / Math.SQRT2, 4);
  });
});

test("a limit may change between two steps", async () => {
  const norm = new RunTimeScalar(1);
  const lengths: number[] = [];
  let before: number[] = [];
  const { model, trainer } = lineTrainer({
    learningRate: 1e-3,
    clip: { norm },
    callbacks: [
      {
        onBatchEnd() {
          const now = weightsOf(model);
          lengths.push(Math.hypot(...now.map((value, index) => value - (before[index] as number))));
          before = now;
          norm.value /= 10;
        },
      },
    ],
  });
  before = weightsOf(model);
  await trainer.fit({ train: lineLoader(24, 8), epochs: 1 });
  expect(lengths.map((length) => length.toExponential(1))).toEqual(["1.0e-3", "1.0e-4", "1.0e-5"]);
});

test.each([
  [{ norm: 0 }, "Trainer: clip: received norm 0, expected a number above 0"],
  [{ value: -1 }, "Trainer: clip: received value -1, expected a number above 0"],
  [{ max: 1 } as never, 'Trainer: clip: received an option named "max", expected names among norm'],
])("refuses clip %j", (clip, message) => {
  expect(() => lineTrainer({ clip })).toThrow(message);
});
