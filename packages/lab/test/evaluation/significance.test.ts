import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  fewAsRight,
  holm,
  mcNemar,
  ranksHigher,
  ranksOf,
} from "../../src/evaluation/significance.js";

interface Fixture {
  readonly mcNemar: readonly { b: number; c: number; p: number }[];
  readonly fisher: readonly {
    right: number;
    drawn: number;
    allRight: number;
    samples: number;
    p: number;
  }[];
  readonly rankSum: readonly { values: number[]; inside: boolean[]; p: number }[];
}

const path = new URL("../oracle/fixtures/significance.json", import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(path, "utf8"));

const near = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThan(1e-9 + 1e-7 * expected);

test("McNemar's test as SciPy's exact binomial test", () => {
  for (const { b, c, p } of fixture.mcNemar) near(mcNemar(b, c), p);
});

test("Fisher's test as SciPy's hypergeometric distribution", () => {
  for (const { right, drawn, allRight, samples, p } of fixture.fisher) {
    near(fewAsRight(right, drawn, allRight, samples), p);
  }
});

test("ranks as SciPy's Mann-Whitney test", () => {
  for (const { values, inside, p } of fixture.rankSum) {
    near(
      ranksHigher(ranksOf(Float64Array.from(values)), (sample) => inside[sample] ?? false),
      p,
    );
  }
  const all = ranksOf(Float64Array.of(1, 2, 3));
  expect(ranksHigher(all, () => true)).toBe(1);
  expect(ranksHigher(all, () => false)).toBe(1);
});

test("Holm: in the order of the values, never below one before, between Bonferroni and nothing", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
  fc.assert(
    fc.property(values, (p) => {
      holm(p).forEach((adjusted, place) => {
        const own = p[place] as number;
        expect(adjusted).toBeGreaterThanOrEqual(own);
        expect(adjusted).toBeLessThanOrEqual(Math.min(1, own * p.length));
        p.forEach((other, k) => {
          if (own < other) expect(adjusted).toBeLessThanOrEqual(holm(p)[k] as number);
        });
      });
    }),
  );
});
