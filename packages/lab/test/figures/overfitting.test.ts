import { join } from "node:path";
import type { Callback } from "@versant/core";
import { RandomGenerator } from "@versant/core/internal";
import { expect, test } from "vitest";
import { loadExperiment } from "../../src/experiment/load.js";
import { Run } from "../../src/experiment/run.js";
import { overfittingStep } from "../../src/figures/overfitting.js";

const curve = (values: readonly (number | null)[]) => ({
  step: values.map((_, index) => (index + 1) * 10),
  value: values,
  time: values.map(() => 0),
  sequence: values.map(() => 0),
});
const falling = [9, 7, 5, 4, 3, 2, 1];

test.each<[string, readonly (number | null)[], readonly (number | null)[], number | null]>([
  ["rises behind its lowest value", falling, [8, 6, 4, 5, 6, 7, 8], 30],
  ["falls to the end", falling, [8, 7, 6, 5, 4, 3, 2], null],
  ["rises for two epochs only", falling, [8, 7, 6, 5, 4, 5, 6], null],
  ["stays where it is", falling, [8, 6, 4, 4, 4, 4, 4], null],
  ["rises together with the training loss", [9, 7, 5, 6, 7, 8, 9], [8, 6, 4, 5, 6, 7, 8], null],
  ["has gaps", falling, [8, null, 4, null, 6, 7, 8, 9], 30],
  ["has no value", falling, [null, null], null],
])("a validation loss that %s", (_, train, validation, step) => {
  expect(overfittingStep(curve(train), curve(validation))).toBe(step);
});

test("a run without validation does not over-fit", () => {
  expect(overfittingStep(curve(falling), undefined)).toBeNull();
});

/** A validation loss of `epochs` epochs around the curve `mean`, and a training loss that falls. */
function noisy(epochs: number, seed: number, mean: (part: number) => number) {
  const generator = new RandomGenerator(seed, "sampling");
  // The sum of twelve is nearly normal, with a deviation of 1.
  const normal = (): number =>
    Array.from({ length: 12 }, () => generator.uniform()).reduce((sum, each) => sum + each, -6);
  const losses = Array.from(
    { length: epochs },
    (_, epoch) => mean(epoch / epochs) + 0.02 * normal(),
  );
  return [curve(losses.map((_, epoch) => 1 / (epoch + 1))), curve(losses)] as const;
}

test.each([
  ["flat", () => 1],
  ["falls and stays", (part: number) => 0.5 + Math.exp(-8 * part)],
  // Lowest at two thirds, and from there up by a fiftieth of what it had fallen.
  ["creeps up", (part: number) => 0.1 + 2 * Math.exp(-9 * part) + 0.04 * Math.max(0, part - 2 / 3)],
])("a noisy validation loss that %s is seldom taken for over-fitting", (_, mean) => {
  const marked = Array.from({ length: 300 }, (_, seed) => {
    const epochs = [8, 20, 50, 200][seed % 4] ?? 0;
    return overfittingStep(...noisy(epochs, seed, mean)) !== null;
  });
  // One in a hundred of the short ones is to be expected.
  expect(marked.filter(Boolean).length).toBeLessThanOrEqual(4);
});

test("a noisy validation loss that rises is marked where it is lowest", () => {
  const mean = (part: number) => 0.3 + 1.5 * (part - 0.4) ** 2;
  for (let seed = 0; seed < 50; seed++) {
    const step = overfittingStep(...noisy(100, seed, mean)) ?? 0;
    expect(step / 1000).toBeGreaterThan(0.25);
    expect(step / 1000).toBeLessThan(0.55);
  }
});

test("a network that learns its points by heart is marked near its lowest loss, a cured one is not", async () => {
  const file = join(import.meta.dirname, "../../../../examples/overfitting.ts");
  const experiment = await loadExperiment(file);
  const markOf = async (cure: string) => {
    const losses: [train: number[], validation: number[]] = [[], []];
    const callback: Callback = {
      onEpochEnd: (_, { train, validation }) => {
        losses[0].push(train.loss);
        losses[1].push(validation?.loss ?? Number.NaN);
      },
    };
    const hyperparameters = { cure, epochs: 100, width: 128 };
    const run = await Run.prepare(experiment, { hyperparameters, callbacks: [callback] });
    await run.fit({});
    const epoch = (overfittingStep(curve(losses[0]), curve(losses[1])) ?? 0) / 10;
    return { epoch, loss: losses[1][epoch - 1], lowest: Math.min(...losses[1]) };
  };
  const { loss, lowest } = await markOf("none");
  expect(loss).toBe(lowest);
  expect((await markOf("L2")).epoch).toBe(0);
});
