import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { DataLoader, type Dataset, TensorDataset } from "../../src/data/index.js";
import { tensor } from "../../src/tensor/index.js";

const datasetOf = (samples: number) =>
  new TensorDataset([tensor(Float32Array.from({ length: samples }, (_, i) => 10 * i))]);

describe("DataLoader", () => {
  it("gives every sample once an epoch, in another order every epoch", () => {
    const loader = new DataLoader(datasetOf(100), { batchSize: 8, shuffle: true, seed: 1 });
    const sorted = Array.from({ length: 100 }, (_, index) => index);
    for (const epoch of [0, 1, 2]) {
      const order = [...loader.order(epoch)];
      expect(order).not.toEqual(sorted);
      expect(order.sort((a, b) => a - b)).toEqual(sorted);
    }
    expect([...loader.order(0)]).not.toEqual([...loader.order(1)]);
  });

  it("orders as a pure function of seed and epoch", () => {
    const options = { batchSize: 8, shuffle: true } as const;
    const first = new DataLoader(datasetOf(30), { ...options, seed: 4 });
    const second = new DataLoader(datasetOf(30), { ...options, seed: 4 });
    const other = new DataLoader(datasetOf(30), { ...options, seed: 5 });
    second.order(0);
    second.order(9);
    expect([...second.order(3)]).toEqual([...first.order(3)]);
    expect([...other.order(3)]).not.toEqual([...first.order(3)]);
  });

  it("draws each permutation of four about equally often", () => {
    const loader = new DataLoader(datasetOf(4), { batchSize: 4, shuffle: true, seed: 11 });
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 24_000; epoch++) {
      const key = loader.order(epoch).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // Chi-squared with 23 degrees of freedom stays under 49.7 in 99.9 % of all cases.
    const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeLessThan(49.7);
  });

  it("keeps the order without shuffling, and a short last batch", async () => {
    const loader = new DataLoader(datasetOf(5), { batchSize: 2 });
    expect([loader.length, loader.samples]).toEqual([3, 5]);
    const batches: number[][] = [];
    for (const [x] of loader.batches(0)) batches.push([...(await x.data())]);
    expect(batches).toEqual([[0, 10], [20, 30], [40]]);
  });

  it("drops the short last batch when asked, other samples in every epoch", () => {
    const loader = new DataLoader(datasetOf(5), {
      batchSize: 2,
      shuffle: true,
      lastBatch: "drop",
    });
    expect([loader.length, loader.samples]).toEqual([2, 4]);
    const dropped = [0, 1, 2, 3, 4, 5, 6, 7].map((epoch) => {
      const order = [...loader.order(epoch)];
      expect(new Set(order).size).toBe(4);
      return 10 - order.reduce((sum, index) => sum + index, 0);
    });
    expect(new Set(dropped).size).toBeGreaterThan(1);
  });

  it.each([0, -1, 2.5, Number.NaN])("refuses batchSize %d", (batchSize) => {
    expect(() => new DataLoader(datasetOf(5), { batchSize })).toThrow(ArgumentError);
    expect(() => new DataLoader(datasetOf(5), { batchSize })).toThrow(
      /received batchSize .*, expected an integer of at least 1/,
    );
  });

  it("refuses what gives no batch, and bad seeds and epochs", () => {
    const empty: Dataset = { length: 0, take: () => [] };
    expect(() => new DataLoader(empty, { batchSize: 2 })).toThrow(/the data set is empty/);
    expect(() => new DataLoader(datasetOf(5), { batchSize: 8, lastBatch: "drop" })).toThrow(
      /5 samples do not fill one batch of 8/,
    );
    expect(() => new DataLoader(datasetOf(5), { batchSize: 2, seed: 0.5 })).toThrow(
      /^DataLoader: received seed 0.5/,
    );
    const loader = new DataLoader(datasetOf(5), { batchSize: 2, shuffle: true });
    expect(() => loader.order(-1)).toThrow(/received epoch -1/);
  });
});
