import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { calculatorData, split, unseenPairs } from "../../src/data/index.js";
import { arange } from "../../src/tensor/index.js";

const columns = async ({ dataset }: ReturnType<typeof calculatorData>) => {
  const [x, y] = dataset.take(arange(dataset.length));
  return { x: await x.data(), y: await y.data(), shapes: [x.shape, y.shape] };
};

describe("calculatorData", () => {
  it("scales sums of 0..100 by 100 and 200", async () => {
    const data = calculatorData({ samples: 500, operation: "add", seed: 42 });
    const { x, y, shapes } = await columns(data);
    expect(shapes).toEqual([
      [500, 2],
      [500, 1],
    ]);
    expect([data.inputScale, data.targetScale]).toEqual([100, 200]);
    for (let sample = 0; sample < 500; sample++) {
      const [a, b] = data.pairs.subarray(2 * sample, 2 * sample + 2) as unknown as [number, number];
      expect(x[2 * sample]).toBe(Math.fround(a / 100));
      expect(x[2 * sample + 1]).toBe(Math.fround(b / 100));
      expect(y[sample]).toBe(Math.fround((a + b) / 200));
    }
  });

  it("scales products by the square of the largest value", async () => {
    const data = calculatorData({ samples: 50, operation: "multiply" });
    const { y } = await columns(data);
    expect(data.targetScale).toBe(10_000);
    data.pairs.forEach((first, position) => {
      if (position % 2) return;
      const second = data.pairs[position + 1] as number;
      expect(y[position / 2]).toBe(Math.fround((first * second) / 10_000));
    });
  });

  it("draws every value of the range, both ends included", () => {
    const { pairs } = calculatorData({ samples: 10_000, operation: "add" });
    expect(new Set(pairs).size).toBe(101);
    expect([Math.min(...pairs), Math.max(...pairs)]).toEqual([0, 100]);
  });

  it("scales a range with negative values by the largest absolute value", async () => {
    const task = { minimum: -20, maximum: 10, operation: "multiply" } as const;
    const data = calculatorData({ ...task, samples: 3000 });
    const { x, y } = await columns(data);
    expect([data.inputScale, data.targetScale]).toEqual([20, 400]);
    expect([Math.min(...x), Math.max(...x)]).toEqual([-1, 0.5]);
    expect([Math.min(...y), Math.max(...y)]).toEqual([-0.5, 1]);
  });

  it("repeats itself for the same seed only", () => {
    const draw = (seed: number) => [
      ...calculatorData({ samples: 20, operation: "add", seed }).pairs,
    ];
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it.each([
    [{ samples: 0 }, /received samples 0/],
    [{ samples: 2.5 }, /received samples 2.5/],
    [{ samples: 5, minimum: 3, maximum: 2 }, /operands from 3 to 2/],
    [{ samples: 5, minimum: 0, maximum: 0 }, /not both 0/],
    [{ samples: 5, maximum: 0.5 }, /operands from 0 to 0.5/],
    [{ samples: 5, operation: "divide" as "add" }, /operation divide, expected "add"/],
  ])("refuses %j", (options, message) => {
    expect(() => calculatorData({ operation: "add", ...options })).toThrow(ArgumentError);
    expect(() => calculatorData({ operation: "add", ...options })).toThrow(message);
  });
});

describe("unseenPairs", () => {
  const key = (pairs: Int32Array, sample: number) =>
    `${pairs[2 * sample]},${pairs[2 * sample + 1]}`;
  const keys = (pairs: Int32Array) =>
    Array.from({ length: pairs.length / 2 }, (_, sample) => key(pairs, sample));

  it("lists every pair that was not drawn, once", () => {
    const data = calculatorData({ samples: 10_000, operation: "add", seed: 42 });
    const unseen = keys(unseenPairs(data).pairs);
    const seen = new Set(keys(data.pairs));
    expect(new Set(unseen).size).toBe(unseen.length);
    expect(unseen.some((pair) => seen.has(pair))).toBe(false);
    expect(unseen.length + seen.size).toBe(101 ** 2);
  });

  it("counts only the given samples as seen, which shows the leak of a random split", () => {
    const data = calculatorData({ samples: 10_000, operation: "add", seed: 42 });
    const [train, test] = split(data.dataset, [0.8, 0.2], { seed: 42 });
    const unseen = new Set(keys(unseenPairs(data, train.indices).pairs));
    expect([...train.indices].some((sample) => unseen.has(key(data.pairs, sample)))).toBe(false);
    const fresh = [...test.indices].filter((sample) => unseen.has(key(data.pairs, sample)));
    expect(fresh.length / test.length).toBeLessThan(0.5);
  });

  it("keeps task and scales", () => {
    const data = calculatorData({ samples: 3, minimum: -2, maximum: 1, operation: "multiply" });
    const unseen = unseenPairs(data);
    expect(unseen.task).toEqual(data.task);
    expect(unseen.targetScale).toBe(4);
    expect(unseen.dataset.length).toBe(16 - new Set(keys(data.pairs)).size);
  });

  it("refuses ranges too large to list, and ranges without unseen pairs", () => {
    const large = calculatorData({ samples: 5, maximum: 100_000, operation: "add" });
    expect(() => unseenPairs(large)).toThrow(/make 10000200001 pairs, expected at most 16777216/);
    const small = calculatorData({ samples: 200, maximum: 1, operation: "add" });
    expect(() => unseenPairs(small)).toThrow(/all 4 pairs occur/);
  });
});
