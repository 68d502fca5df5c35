import { expect, test } from "vitest";
import {
  erfc,
  erfcx,
  logExpectedImprovement,
  normalMass,
  normalQuantile,
} from "../../src/search/special.js";
import { readFixture } from "./fixture.js";

type Name = "erfc" | "erfcx" | "normalQuantile" | "logExpectedImprovement";
const fixture = readFixture<Record<Name, [x: number, value: number][]>>("special");
const functions: Record<Name, (x: number) => number> = {
  erfc,
  erfcx,
  normalQuantile,
  logExpectedImprovement: (z) => logExpectedImprovement(z).value,
};

test.each(Object.keys(functions) as Name[])("%s is scipy's", (name) => {
  for (const [x, value] of fixture[name]) {
    const error = Math.abs(functions[name](x) - value);
    expect(error, `${name}(${x})`).toBeLessThan(1e-11 * Math.max(Math.abs(value), 0.01));
  }
});

test("small results keep their digits", () => {
  const [x, value] = fixture.erfc.at(-1) as [number, number];
  expect(erfc(x) / value).toBeCloseTo(1, 12);
  expect(normalMass(6, 7) / normalMass(-7, -6)).toBe(1);
  expect(normalMass(6, 7) / 9.853051e-10).toBeCloseTo(1, 5);
});

test("the derivative of log expected improvement is the limit of differences", () => {
  for (const z of [-300, -60, -49.9, -8, -1.01, -0.99, 0, 3]) {
    const step = 1e-4;
    const [above, below] = [z + step, z - step].map((each) => logExpectedImprovement(each).value);
    const slope = ((above as number) - (below as number)) / (2 * step);
    expect(logExpectedImprovement(z).derivative / slope).toBeCloseTo(1, 5);
  }
});
