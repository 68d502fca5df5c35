import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, ShapeError } from "../../src/array/index.js";
import { splitByTime, standardizeSeries, windows } from "../../src/data/index.js";
import { arange, compile, slice, tensor } from "../../src/tensor/index.js";

/** Step t of variable v is t + v / 10. */
const seriesOf = (steps: number, variables: number) =>
  tensor(
    Float32Array.from(
      { length: steps * variables },
      (_, at) => Math.floor(at / variables) + (at % variables) / 10,
    ),
    { shape: [steps, variables] },
  );

describe("windows", () => {
  it("shows each sample its past, and asks for what follows", () => {
    const options = fc.record({
      past: fc.integer({ min: 1, max: 5 }),
      horizon: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(options, fc.integer({ min: 9, max: 20 }), (each, steps) => {
        const { past, horizon, stride } = each;
        const all = windows(seriesOf(steps, 2), each);
        const [inputs, targets] = all.take(arange(all.length));
        expect(inputs.shape).toEqual([all.length, past, 2]);
        expect(targets.shape).toEqual([all.length, horizon, 2]);
        const firsts = inputs.at(slice(), 0, 0).dataSync();
        expect([...firsts]).toEqual(Array.from(firsts, (_, sample) => sample * stride));
        const asked = targets.at(slice(), 0, 0).dataSync();
        expect([...asked]).toEqual(Array.from(firsts, (first) => first + past));
        // The last one fits, and one more would not.
        const last = (firsts.at(-1) ?? 0) + past + horizon;
        expect(last).toBeLessThanOrEqual(steps);
        expect(last + stride).toBeGreaterThan(steps);
      }),
      { numRuns: 40 },
    );
  });

  it("forecasts the variables that are asked for, also inside a compiled function", () => {
    const all = windows(seriesOf(10, 3), { past: 2, horizon: 2, targets: [2, 0] });
    const take = compile((indices: ReturnType<typeof arange>) => all.take(indices)[1]);
    const targets = take(tensor(Int32Array.of(4)));
    expect(targets.shape).toEqual([1, 2, 2]);
    [6.2, 6, 7.2, 7].forEach((expected, position) => {
      expect(targets.dataSync()[position]).toBeCloseTo(expected, 5);
    });
  });

  it("takes a series of one variable without an axis for it", () => {
    const all = windows(arange(6), { past: 3 });
    const [inputs, targets] = all.take(tensor(Int32Array.of(2)));
    expect([inputs.shape, [...inputs.dataSync()]]).toEqual([
      [1, 3, 1],
      [2, 3, 4],
    ]);
    expect([...targets.dataSync()]).toEqual([5]);
  });

  it("has a gap that keeps forecasts of the test out of training, and no longer one", () => {
    const strides = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(strides, fc.integer({ min: 1, max: 6 }), (stride, horizon) => {
        const all = windows(arange(80), { past: 3, horizon, stride });
        const [train, test] = splitByTime(all, [0.6, 0.4], { gap: all.gap });
        const [, known] = train.take(arange(train.length));
        const [, asked] = test.take(arange(test.length));
        const lastKnown = known.max().itemSync();
        expect(lastKnown).toBeLessThan(asked.min().itemSync());
        expect(lastKnown + stride).toBeGreaterThanOrEqual(asked.min().itemSync());
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [() => windows(arange(4), { past: 3, horizon: 2 }), /received 4 steps with a past of 3 and a/],
    [() => windows(arange(4), { past: 0 }), /received past 0/],
    [() => windows(arange(4), { past: 1, stride: 0.5 }), /received stride 0.5/],
    [() => windows(seriesOf(5, 2), { past: 1, targets: [2] }), /targets \[2\], expected .* 0 to 1/],
    [() => windows([1, 2] as never, { past: 1 }), /received a list of 2 as the series/],
    [() => windows(arange(4), { size: 1 } as never), /"size"/],
  ])("refuses %s", (attempt, message) => {
    expect(attempt).toThrow(ArgumentError);
    expect(attempt).toThrow(message);
  });

  it("refuses a series of another rank", () => {
    expect(() => windows(arange(8).reshape([2, 2, 2]), { past: 1 })).toThrow(ShapeError);
  });
});

describe("stepsOf", () => {
  it("counts the steps that training knows, and none that a test is asked for", () => {
    const options = fc.record({
      past: fc.integer({ min: 1, max: 5 }),
      horizon: fc.integer({ min: 1, max: 5 }),
      stride: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(options, (given) => {
        const all = windows(arange(60), given);
        const [train, test] = splitByTime(all, [0.5, 0.5], { gap: all.gap });
        const steps = all.stepsOf(train);
        const [past, future] = train.take(arange(train.length).cast("int32"));
        const seen = [...past.dataSync(), ...future.dataSync()].map(Number);
        expect(steps).toBe(Math.max(...seen) + 1);
        expect(all.stepsOf(train.indices)).toBe(steps);
        const [, asked] = test.take(arange(test.length).cast("int32"));
        expect(steps).toBeLessThanOrEqual(asked.min().itemSync());
      }),
      { numRuns: 20 },
    );
  });

  it("refuses what is no part of these windows", () => {
    const all = windows(arange(6), { past: 2 });
    const other = splitByTime(windows(arange(60), { past: 2 }), [0.5, 0.5])[1];
    expect(() => all.stepsOf(other)).toThrow(/^Windows.stepsOf: received window 57, expected/);
    expect(() => all.stepsOf([9])).toThrow(ArgumentError);
    expect(() => all.stepsOf([])).toThrow(ArgumentError);
  });
});

describe("standardizeSeries", () => {
  it("knows the first steps only", () => {
    const values = tensor([
      [1, 5],
      [3, 5],
      [100, 7],
    ]);
    const { series, mean, deviation } = standardizeSeries(values, { fitOn: 2 });
    expect([...mean.dataSync()]).toEqual([2, 5]);
    // A variable that stays what it is is divided by 1.
    expect([...deviation.dataSync()]).toEqual([1, 1]);
    expect([...series.dataSync()]).toEqual([-1, 0, 1, 0, 98, 2]);
    const back = series.mul(deviation).add(mean);
    expect([...back.dataSync()]).toEqual([...values.dataSync()]);
  });

  it("keeps what is far from 0 exact", () => {
    // 2^25 + 4 (i % 3): float32 holds the values, but not their mean of 2^25 + 4 - 4/1000.
    const values = Float64Array.from({ length: 1000 }, (_, step) => 2 ** 25 + 4 * (step % 3));
    const { series } = standardizeSeries(tensor(Float32Array.from(values)), { fitOn: 1000 });
    const found = [...series.dataSync()];
    const offsets = values.map((value) => value - 2 ** 25);
    const mean = offsets.reduce((sum, value) => sum + value, 0) / 1000;
    const variance = offsets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 1000;
    found.forEach((value, step) => {
      expect(value).toBeCloseTo(((offsets[step] ?? 0) - mean) / Math.sqrt(variance), 6);
    });
    expect(found.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0, 6);
  });

  it("takes for constant what only rounding makes vary, and integers as they are", () => {
    // The mean of six times 0.1 in float64 is not 0.1.
    const constant = tensor(Float64Array.of(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2));
    const { deviation } = standardizeSeries(constant, { fitOn: 6 });
    expect(deviation.itemSync()).toBe(1);
    // float32 holds no odd number of this size.
    const seconds = tensor(Int32Array.of(1_700_000_000, 1_700_000_001, 1_700_000_002));
    const { series } = standardizeSeries(seconds, { fitOn: 3 });
    expect([...series.dataSync()]).toEqual([-Math.sqrt(1.5), 0, Math.sqrt(1.5)].map(Math.fround));
  });

  it("keeps the shape of one variable", () => {
    const { series } = standardizeSeries(arange(4), { fitOn: 4 });
    expect(series.shape).toEqual([4]);
    expect(series.square().mean().itemSync()).toBeCloseTo(1, 5);
  });

  it("refuses steps that are not there, and what is missing", () => {
    expect(() => standardizeSeries(arange(4), { fitOn: 5 })).toThrow("expected at most 4");
    const holey = tensor([
      [0, 1],
      [0, Number.NaN],
    ]);
    expect(() => standardizeSeries(holey, { fitOn: 2 })).toThrow(
      "received NaN at step 1 of variable 1, expected finite numbers",
    );
    const large = tensor(Float64Array.of(1e308, 1.5e308, 1.7e308));
    expect(() => standardizeSeries(large, { fitOn: 3 })).toThrow(
      "standardizeSeries: the numbers of variable 0 are too large for a mean",
    );
  });
});
