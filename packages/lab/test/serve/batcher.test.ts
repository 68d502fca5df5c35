import { tensor } from "@versant/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Batcher, countOf, type Samples } from "../../src/serve/batcher.js";

const samplesOf = (values: readonly number[], width = 1): Samples => [
  tensor(
    values.flatMap((value) => Array<number>(width).fill(value)),
    { shape: [values.length, width] },
  ),
];

/** A model that says the first element of each sample, and what was computed together. */
function echo(options: { batch?: number; wait?: number } = {}) {
  const batches: number[] = [];
  const compute = async ([column]: Samples) => {
    const [count = 0, width = 1] = column?.shape ?? [];
    batches.push(count);
    await new Promise((resolve) => setImmediate(resolve));
    const data = column?.dataSync();
    return Array.from({ length: count }, (_, i) => data?.[i * width] ?? Number.NaN);
  };
  return { batches, batcher: new Batcher(compute, options) };
}

test("requests that are here together are computed together, and each gets its own answers", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          values: fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 1, maxLength: 9 }),
          width: fc.integer({ min: 1, max: 2 }),
        }),
        { maxLength: 20 },
      ),
      fc.integer({ min: 1, max: 12 }),
      async (requests, batch) => {
        const { batcher, batches } = echo({ batch });
        const answers = requests.map(({ values, width }) =>
          batcher.predict(samplesOf(values, width)),
        );
        expect(await Promise.all(answers)).toEqual(requests.map(({ values }) => values));
        const most = Math.max(batch, ...requests.map(({ values }) => values.length));
        expect(Math.max(0, ...batches)).toBeLessThanOrEqual(most);
      },
    ),
    { numRuns: 50 },
  );
});

test("what comes while a batch is computed is the next one", async () => {
  const { batcher, batches } = echo({ batch: 4 });
  await Promise.all([1, 2, 3, 4, 5, 6].map((value) => batcher.predict(samplesOf([value]))));
  expect(batches).toEqual([4, 2]);
});

test("a request waits for one that is arriving, but not for one that never comes", async () => {
  const { batcher, batches } = echo({ wait: 1e6 });
  const arrived = batcher.expect();
  const first = batcher.predict(samplesOf([1]));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(batches).toEqual([]);
  const second = batcher.predict(samplesOf([2]));
  arrived();
  // Said twice, it counts once.
  arrived();
  expect(await Promise.all([first, second])).toEqual([[1], [2]]);
  expect(batches).toEqual([2]);

  const patient = echo({ wait: 1 });
  patient.batcher.expect();
  expect(await patient.batcher.predict(samplesOf([3]))).toEqual([3]);
});

test("an error reaches those of its batch, and nobody else", async () => {
  let isFirst = true;
  const batcher = new Batcher(async (samples) => {
    if (!isFirst) return Array(countOf(samples)).fill("sound");
    isFirst = false;
    throw new Error("no memory");
  }, {});
  const failed = [batcher.predict(samplesOf([1])), batcher.predict(samplesOf([2]))];
  for (const each of failed) await expect(each).rejects.toThrow("no memory");
  expect(await batcher.predict(samplesOf([3]))).toEqual(["sound"]);
});
