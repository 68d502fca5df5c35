import { fileURLToPath } from "node:url";
import { arange } from "@versant/core";
import { expect, test } from "vitest";
import { digitsOf, meanOf } from "../../../examples/support/someDigits.js";
import { mnist } from "../src/datasets/mnist.js";
import { loadExperiment } from "../src/experiment/load.js";
import { Run } from "../src/experiment/run.js";

const file = fileURLToPath(new URL("../../../examples/digits-transfer.ts", import.meta.url));

test("a mean over seeds has Student's interval", () => {
  const { mean, low, high } = meanOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  // t of 9 degrees of freedom is 2.2622, the deviation 3.0277.
  expect(mean).toBe(5.5);
  expect(high - mean).toBeCloseTo((2.2622 * 3.0277) / Math.sqrt(10), 2);
  expect(mean - low).toBeCloseTo(high - mean, 10);
});

test("few digits of one half are chosen by the seed, as many of each", () => {
  const { train } = mnist();
  const labelsOf = (seed: number) => {
    const few = digitsOf(train, "high", 3, seed);
    const [images, labels] = few.take(arange(15));
    return { pixels: [...images.dataSync()], labels: [...labels.dataSync()] };
  };
  const first = labelsOf(1);
  expect(first.labels).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
  expect(labelsOf(1)).toEqual(first);
  expect(labelsOf(2).pixels).not.toEqual(first.pixels);
});

test("a reader of 0 to 4 learns 5 to 9 with its body frozen, beside one from scratch", async () => {
  const hyperparameters = { perDigit: 200, epochs: 1, updates: 20, networks: 2 };
  const run = await Run.prepare(await loadExperiment(file), { hyperparameters });
  expect(run.setup.data.train.length).toBe(900);
  await run.fit();
  const before = await run.weights();
  const { lines = [], report = {} } = (await run.inspect()) ?? {};
  type Mean = ReturnType<typeof meanOf>;
  const transfer = report.transfer as Record<string, Record<string, Mean>>;
  expect(Object.keys(transfer)).toEqual(["1", "5", "50"]);
  // Which of them is better takes more: `npm run verify:examples -- digits-transfer`.
  for (const { mean, low, high } of Object.values(transfer[50] ?? {})) {
    expect(mean).toBeGreaterThan(0.5);
    expect(low < mean && mean < high).toBe(true);
  }
  expect(lines[3]).toMatch(/^ +1 +\d\d\.\d % \(-?\d+\.\d to \d+\.\d\) +\d\d\.\d % \(/);
  // The networks that are compared are others.
  expect((await run.weights()).sha256).toBe(before.sha256);
}, 60_000);
