import { describe, expect, test } from "vitest";
import { median, probabilityOfRankingAsHigh } from "../../../../scripts/verify/rankTest.mjs";

describe("rank test", () => {
  // Values of scipy.stats.mannwhitneyu(a, b, alternative="greater", method="exact").
  test("agrees with SciPy without ties", () => {
    const a = [1.1, 2.3, 3.7, 4.2];
    const b = [0.5, 1.9, 2, 3, 3.9];
    expect(probabilityOfRankingAsHigh(a, b)).toBeCloseTo(0.2777777777777778, 12);
    expect(probabilityOfRankingAsHigh(b, a)).toBeCloseTo(0.7936507936507937, 12);
    const x = Array.from({ length: 30 }, (_, i) => ((i * 37) % 61) + 0.5);
    const y = Array.from({ length: 30 }, (_, i) => ((i * 53) % 67) * 1.1);
    expect(probabilityOfRankingAsHigh(x, y)).toBeCloseTo(0.8730360904500771, 12);
  });

  test("counts all deals of shared ranks where values tie", () => {
    // 58 of the 126 choices of four ranks, by enumeration.
    expect(probabilityOfRankingAsHigh([1, 2, 2, 5], [2, 3, 5, 0, 1])).toBeCloseTo(58 / 126, 12);
    expect(probabilityOfRankingAsHigh([7, 7], [7, 7, 7])).toBe(1);
  });

  test("is small only for what ranks high throughout", () => {
    const low = [1, 2, 3, 4, 5];
    const high = [6, 7, 8, 9, 10];
    expect(probabilityOfRankingAsHigh(high, low)).toBeCloseTo(1 / 252, 12);
    expect(probabilityOfRankingAsHigh(low, high)).toBe(1);
  });

  test("refuses what has no ranks", () => {
    expect(() => probabilityOfRankingAsHigh([], [1])).toThrow("received 0 and 1 values");
    expect(() => probabilityOfRankingAsHigh([1], [Number.NaN])).toThrow("received NaN");
  });

  test("median", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});
