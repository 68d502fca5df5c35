import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, philox4x32, RandomGenerator } from "../../src/array/index.js";

describe("philox4x32", () => {
  // The known answers published with Random123 (kat_vectors, "philox4x32 10").
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)("gives the published answer for counter %j", (counter, [low, high], answer) => {
    expect([...philox4x32(low, high, Uint32Array.from(counter))]).toEqual([...answer]);
  });

  it("multiplies exactly", () => {
    const lowest = 0xffffffffn;
    const exact = ([k0, k1, ...counter]: readonly number[]): number[] => {
      let [c0 = 0n, c1 = 0n, c2 = 0n, c3 = 0n] = counter.map(BigInt);
      for (let round = 0n; round < 10n; round++) {
        const [a, b] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
        const keys = [BigInt(k0 ?? 0) + round * 0x9e3779b9n, BigInt(k1 ?? 0) + round * 0xbb67ae85n];
        [c0, c1] = [(b >> 32n) ^ c1 ^ ((keys[0] ?? 0n) & lowest), b & lowest];
        [c2, c3] = [(a >> 32n) ^ c3 ^ ((keys[1] ?? 0n) & lowest), a & lowest];
      }
      return [c0, c1, c2, c3].map(Number);
    };
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(fc.tuple(word, word, word, word, word, word), (words) => {
        const [low, high, ...counter] = words;
        expect([...philox4x32(low, high, Uint32Array.from(counter))]).toEqual(exact(words));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("RandomGenerator", () => {
  const draw = (generator: RandomGenerator, count: number): number[] =>
    Array.from({ length: count }, () => generator.uint32());

  it("repeats itself for the same seed, stream and index, and for those only", () => {
    const reference = draw(new RandomGenerator(42, "shuffle", 3), 9);
    expect(draw(new RandomGenerator(42, "shuffle", 3), 9)).toEqual(reference);
    expect(draw(new RandomGenerator(43, "shuffle", 3), 9)).not.toEqual(reference);
    expect(draw(new RandomGenerator(42 + 2 ** 32, "shuffle", 3), 9)).not.toEqual(reference);
    expect(draw(new RandomGenerator(42, "split", 3), 9)).not.toEqual(reference);
    expect(draw(new RandomGenerator(42, "shuffle", 4), 9)).not.toEqual(reference);
  });

  it("draws every integer below n about equally often", () => {
    const generator = new RandomGenerator(7, "dataset");
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const drawn = generator.below(7);
      counts[drawn] = (counts[drawn] as number) + 1;
    }
    // Chi-squared with 6 degrees of freedom stays under 22.5 in 99.9 % of all cases.
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(22.5);
  });

  it("has uniforms in [0, 1) of mean 1/2 and variance 1/12", () => {
    const generator = new RandomGenerator(1, "initialization");
    const values = Array.from({ length: 40_000 }, () => generator.uniform());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  it.each([0, -1, 2.5, Number.NaN, 2 ** 32, 2 ** 33])("draws none below %d", (n) => {
    const generator = new RandomGenerator(1, "dataset");
    expect(() => generator.below(n)).toThrow(ArgumentError);
    expect(() => generator.below(n)).toThrow("RandomGenerator.below: received");
    expect(generator.below(2 ** 32 - 1)).toBeLessThan(2 ** 32 - 1);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses seed %d", (seed) => {
    expect(() => new RandomGenerator(seed, "split")).toThrow(ArgumentError);
    expect(() => new RandomGenerator(seed, "split")).toThrow(
      /^RandomGenerator: received seed .* expected an integer/,
    );
  });
});
