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

const floats = (...values: number[]) => Float32Array.from(values);

/** A model that says the first element of each sample, and what was computed together. */
function echo(options: { batch?: number; wait?: number } = {}) {
  const batches: number[] = [];
  const compute = async ([column]: Samples) => {
    const [count = 0, width = 1] = column?.shape ?? [];
    batches.push(count);
    await new Promise((resolve) => setImmediate(resolve));
    const data = column?.dataSync();
    return Float32Array.from({ length: count }, (_, i) => data?.[i * width] ?? Number.NaN);
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
        expect(await Promise.all(answers)).toEqual(requests.map(({ values }) => floats(...values)));
        expect(Math.max(0, ...batches)).toBeLessThanOrEqual(batch);
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

test("a request of many samples is several batches, and the last has room for the next request", async () => {
  const { batcher, batches } = echo({ batch: 2 });
  const many = batcher.predict(samplesOf([1, 2, 3, 4, 5]));
  await new Promise((resolve) => setImmediate(resolve));
  const few = batcher.predict(samplesOf([6]));
  expect(await Promise.all([many, few])).toEqual([floats(1, 2, 3, 4, 5), floats(6)]);
  expect(batches).toEqual([2, 2, 2]);
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
  expect(await Promise.all([first, second])).toEqual([floats(1), floats(2)]);
  expect(batches).toEqual([2]);

  const patient = echo({ wait: 1 });
  patient.batcher.expect();
  expect(await patient.batcher.predict(samplesOf([3]))).toEqual(floats(3));
});

test("an error reaches the request that it is about, and nobody else", async () => {
  const batches: number[] = [];
  const batcher = new Batcher(async (samples) => {
    batches.push(countOf(samples));
    const values = Float32Array.from(samples[0]?.dataSync() ?? []);
    if (values.includes(13)) throw new Error("no such index");
    return values;
  }, {});
  const [first, second, third] = [1, 13, 3].map((value) => batcher.predict(samplesOf([value])));
  await expect(second).rejects.toThrow("no such index");
  expect(await Promise.all([first, third])).toEqual([floats(1), floats(3)]);
  expect(batches).toEqual([3, 1, 1, 1]);
  expect(await batcher.predict(samplesOf([4]))).toEqual(floats(4));
});
