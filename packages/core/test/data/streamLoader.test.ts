import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { StreamLoader, type StreamLoaderOptions, type StreamSource } from "../../src/data/index.js";
import { counting } from "./streams.js";

/** The numbers of an epoch's batches. */
async function numbersOf(
  source: StreamSource,
  options: StreamLoaderOptions,
  epoch = 0,
): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const [numbers, tenfold] of new StreamLoader(source, options).batches(epoch)) {
    const list = [...(numbers?.dataSync() ?? [])];
    expect(numbers?.shape).toEqual([list.length, 1]);
    expect([...(tenfold?.dataSync() ?? [])]).toEqual(list.map((each) => 10 * each));
    batches.push(list);
  }
  return batches;
}

const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index);

describe("StreamLoader", () => {
  it("cuts chunks of any size into batches", async () => {
    expect(await numbersOf(counting([3, 0, 5, 1]), { batchSize: 4 })).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8],
    ]);
    const dropping = { batchSize: 4, lastBatch: "drop" } as const;
    expect((await numbersOf(counting([3, 0, 5, 1]), dropping)).length).toBe(2);
  });

  it("gives every sample once, whatever the chunks, the batches and the buffer", async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 7 }),
        fc.nat(12),
        async (chunks, size, buffer) => {
          const total = chunks.reduce((sum, each) => sum + each, 0);
          fc.pre(total > 0);
          const options = { batchSize: size, shuffleBuffer: buffer, seed: 2 };
          const batches = await numbersOf(counting(chunks), options);
          expect(batches.slice(0, -1).every((each) => each.length === size)).toBe(true);
          const order = batches.flat();
          expect(order.toSorted((a, b) => a - b)).toEqual(upTo(total));
          // Chunks are the source's affair: they do not show in the order.
          expect((await numbersOf(counting([total]), options)).flat()).toEqual(order);
          // Nothing comes before it was read.
          expect(order.every((each, position) => each <= position + buffer)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("orders as a function of seed and epoch", async () => {
    const order = async (seed: number, epoch: number) =>
      (await numbersOf(counting([50]), { batchSize: 10, shuffleBuffer: 20, seed }, epoch)).flat();
    expect(await order(4, 3)).toEqual(await order(4, 3));
    expect(await order(4, 3)).not.toEqual(await order(4, 2));
    expect(await order(4, 3)).not.toEqual(await order(5, 3));
  });

  it("draws each order about equally often when the buffer holds everything", async () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 2400; epoch++) {
      const options = { batchSize: 3, shuffleBuffer: 3, seed: 1 };
      const key = (await numbersOf(counting([3]), options, epoch)).flat().join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Chi-squared with 5 degrees of freedom stays under 20.5 in 99.9 % of all cases.
    const excess = [...counts.values()].reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
    expect(excess).toBeLessThan(20.5);
  });

  it("knows its length when the source does", () => {
    const loader = new StreamLoader(counting([9], { announced: 9 }), { batchSize: 4 });
    expect([loader.samples, loader.length]).toEqual([9, 3]);
    const dropping = { batchSize: 4, lastBatch: "drop" } as const;
    const shorter = new StreamLoader(counting([9], { announced: 9 }), dropping);
    expect([shorter.samples, shorter.length]).toEqual([8, 2]);
    expect(new StreamLoader(counting([9]), { batchSize: 4 }).length).toBeUndefined();
  });

  it("closes the source when it is left early", async () => {
    let closed = 0;
    const source = counting([4, 4, 4], { closed: () => closed++ });
    for await (const _ of new StreamLoader(source, { batchSize: 2 }).batches(0)) break;
    expect(closed).toBe(1);
  });

  it.each<[string, StreamSource, RegExp]>([
    ["an empty source", counting([0, 0]), /gave 0 samples .* it is empty/],
    ["fewer samples than announced", counting([3], { announced: 5 }), /gave 3 samples.*expected 5/],
    [
      "another dtype",
      {
        ...counting([1]),
        read: async function* () {
          yield [new Uint8Array(1), new Int32Array(1)];
        },
      },
      /1 elements of uint8 for column "number", expected a multiple of 1, of float32/,
    ],
    [
      "half a sample",
      {
        columns: [{ name: "image", shape: [2, 2], dtype: "uint8" }],
        read: async function* () {
          yield [new Uint8Array(6)];
        },
      },
      /6 elements of uint8 for column "image", expected a multiple of 4/,
    ],
    [
      "columns of different lengths",
      {
        ...counting([1]),
        read: async function* () {
          yield [new Float32Array(2), new Int32Array(3)];
        },
      },
      /number 2, tenfold 3/,
    ],
    [
      "a missing column",
      {
        ...counting([1]),
        read: async function* () {
          yield [new Float32Array(2)];
        },
      },
      /gave 1 columns, expected 2: number, tenfold/,
    ],
  ])("refuses %s", async (_, source, message) => {
    const reading = numbersOf(source, { batchSize: 2 });
    await expect(reading).rejects.toThrow(ArgumentError);
    await expect(reading).rejects.toThrow(message);
  });

  it("counts what the source gives before it drops the rest", async () => {
    const drop = { batchSize: 4, lastBatch: "drop" } as const;
    await expect(numbersOf(counting([9], { announced: 10 }), drop)).rejects.toThrow(
      "the source gave 9 samples in epoch 0, expected 10; it says one number and gives another",
    );
    expect(await numbersOf(counting([9], { announced: 9 }), drop)).toHaveLength(2);
    await expect(numbersOf(counting([3]), drop)).rejects.toThrow(
      "gave 3 samples in epoch 0, expected at least 4; they fill no batch",
    );
  });

  it.each([
    [{ batchSize: 0 }, /batchSize 0/],
    [{ batchSize: 2, shuffleBuffer: -1 }, /shuffleBuffer -1/],
    [{ batchSize: 2, lastBatch: "all" as "keep" }, /lastBatch "all"/],
    [{ batchSize: 9, lastBatch: "drop" as const }, /5 samples do not fill one batch of 9/],
    [{ batchSize: 2, shuffle: true } as StreamLoaderOptions, /option named "shuffle"/],
  ])("refuses the options %o", (options, message) => {
    const source = counting([5], { announced: 5 });
    expect(() => new StreamLoader(source, options)).toThrow(message);
  });

  it("refuses what is no source", () => {
    const source = { columns: [] } as unknown as StreamSource;
    expect(() => new StreamLoader(source, { batchSize: 1 })).toThrow(
      /expected a source of samples/,
    );
  });
});
