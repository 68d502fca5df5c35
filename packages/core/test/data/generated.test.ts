import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { type GeneratedName, type GeneratedOptions, generatedData } from "../../src/data/index.js";
import { arange } from "../../src/tensor/index.js";

/** The points of a set, each with its class. */
function pointsOf(name: GeneratedName, options: GeneratedOptions) {
  const { dataset, labels } = generatedData(name, options);
  const [points, classes] = dataset.take(arange(dataset.length));
  expect([...classes.dataSync()]).toEqual([...labels]);
  const values = points.dataSync();
  return Array.from(labels, (label, sample) => ({
    label,
    x: values[2 * sample] ?? Number.NaN,
    y: values[2 * sample + 1] ?? Number.NaN,
  }));
}

describe("generatedData", () => {
  it("draws what the names say", () => {
    const exact = { samples: 200, noise: 0, seed: 3 };
    for (const { label, x, y } of pointsOf("circles", exact)) {
      expect(Math.hypot(x, y)).toBeCloseTo(label === 0 ? 1 : 0.5, 5);
    }
    for (const { label, x, y } of pointsOf("moons", exact)) {
      expect(label === 0 ? Math.hypot(x, y) : Math.hypot(x - 1, y - 0.5)).toBeCloseTo(1, 5);
      expect(label === 0 ? y >= 0 : y <= 0.5).toBe(true);
    }
    for (const { label, x, y } of pointsOf("xor", exact)) {
      expect([Math.abs(x), Math.abs(y)]).toEqual([1, 1]);
      expect(x * y).toBe(label === 0 ? 1 : -1);
    }
    for (const { label, x, y } of pointsOf("blobs", { ...exact, classes: 4 })) {
      expect(Math.hypot(x, y)).toBeCloseTo(3, 5);
      expect((Math.atan2(y, x) / (Math.PI / 2) + 4) % 4).toBeCloseTo(label, 5);
    }
    for (const { label, x, y } of pointsOf("spirals", { ...exact, classes: 3 })) {
      const turns = Math.atan2(y, x) / (2 * Math.PI) - 1.5 * Math.hypot(x, y) - label / 3;
      expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-4);
    }
  });

  it("adds noise of the deviation that is asked for", () => {
    const points = pointsOf("xor", { samples: 4000, noise: 0.2, seed: 1 });
    const errors = points.flatMap(({ x, y }) => [x - Math.sign(x), y - Math.sign(y)]);
    const deviation = Math.sqrt(errors.reduce((sum, each) => sum + each ** 2, 0) / errors.length);
    expect(deviation).toBeCloseTo(0.2, 2);
  });

  it("deals classes evenly, in random order, the same for the same seed only", () => {
    const labels = (seed: number) => [...generatedData("blobs", { samples: 100, seed }).labels];
    expect([0, 1, 2].map((label) => labels(1).filter((each) => each === label).length)).toEqual([
      34, 33, 33,
    ]);
    expect(labels(1)).toEqual(labels(1));
    expect(labels(1)).not.toEqual(labels(2));
    expect(pointsOf("moons", { samples: 9, seed: 7 })).toEqual(
      pointsOf("moons", { samples: 9, seed: 7 }),
    );
  });

  it.each([
    [
      () => generatedData("squares" as never, { samples: 9 }),
      /received "squares", expected one of circles/,
    ],
    [() => generatedData("moons", { samples: 0 }), /received samples 0/],
    [() => generatedData("moons", { samples: 9, noise: -1 }), /received noise -1/],
    [() => generatedData("moons", { samples: 9, classes: 3 }), /classes 3, expected 2 for moons/],
    [() => generatedData("xor", { samples: 9, size: 1 } as never), /"size"/],
  ])("refuses %s", (attempt, message) => {
    expect(attempt).toThrow(ArgumentError);
    expect(attempt).toThrow(message);
  });
});
