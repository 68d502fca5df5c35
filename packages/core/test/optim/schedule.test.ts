import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { schedule } from "../../src/optim/index.js";

const { constant, cosine, cosineRestarts, exponential, linear } = schedule;
const { multiStep, oneCycle, sequence, step, warmUp } = schedule;

const first = (factor: schedule.Schedule, length: number): number[] =>
  Array.from({ length }, (_, count) => factor(count));

describe("schedules", () => {
  test("fall in steps", () => {
    expect(first(step({ every: 2, factor: 0.5 }), 6)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
    expect(first(multiStep({ milestones: [1, 4], factor: 0.5 }), 6)).toEqual([
      1, 0.5, 0.5, 0.5, 0.25, 0.25,
    ]);
    expect(first(exponential({ factor: 0.5 }), 4)).toEqual([1, 0.5, 0.25, 0.125]);
    expect(first(constant(), 2)).toEqual([1, 1]);
  });

  test("stay at their end", () => {
    expect(first(linear({ length: 4 }), 7)).toEqual([1, 0.75, 0.5, 0.25, 0, 0, 0]);
    const falling = cosine({ length: 4, minimum: 0.5 });
    expect(falling(4)).toBe(0.5);
    expect(falling(1000)).toBe(0.5);
    expect(oneCycle({ length: 10, final: 0.125 })(1000)).toBe(0.125);
  });

  test("warm up, and then count from 0", () => {
    const factor = warmUp({ length: 3, next: linear({ length: 2 }) });
    expect(first(factor, 7)).toEqual([0.25, 0.5, 0.75, 1, 0.5, 0, 0]);
    expect(first(warmUp({ length: 1 }), 3)).toEqual([0.5, 1, 1]);
  });

  test("lie within their bounds and start where they say, whatever the length", () => {
    const lengths = fc.integer({ min: 1, max: 500 });
    const counts = fc.integer({ min: 0, max: 2000 });
    const bounds = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(lengths, counts, bounds, (length, count, minimum) => {
        const restarts = cosineRestarts({ length, growth: 1 + (length % 3), minimum });
        for (const factor of [cosine({ length, minimum }), restarts]) {
          expect(factor(0)).toBe(1);
          expect(factor(count)).toBeGreaterThanOrEqual(minimum - 1e-15);
          expect(factor(count)).toBeLessThanOrEqual(1);
        }
        expect(restarts(length)).toBe(1);
        const rising = warmUp({ length });
        expect(rising(count)).toBe(rising(count));
        expect(rising(count + 1)).toBeGreaterThanOrEqual(rising(count));
        const turn = sequence({ schedules: [constant(0.5), rising], milestones: [length] });
        expect(turn(count)).toBe(count < length ? 0.5 : rising(count - length));
      }),
    );
  });

  test("one cycle rises to the full rate and falls", () => {
    for (const shape of ["cosine", "linear"] as const) {
      const rates = first(oneCycle({ length: 41, rise: 0.5, shape }), 41);
      expect(rates[0]).toBeCloseTo(1 / 25, 12);
      const peak = rates.indexOf(Math.max(...rates));
      expect([19, 20]).toContain(peak);
      rates.forEach((rate, index) => {
        if (index > 0 && index !== 20) {
          const rises = rate > (rates[index - 1] as number);
          expect(rises, `from ${index - 1} to ${index}`).toBe(index < 20);
        }
      });
      expect(rates.at(-1)).toBeCloseTo(1 / 250_000, 12);
    }
  });
});

test.each<[() => unknown, string]>([
  [() => step({ every: 0 }), "schedule.step: received every 0, expected an integer of at least 1."],
  [
    () => step({ every: 2, gamma: 0.1 } as never),
    'received an option named "gamma", expected names',
  ],
  [
    () => step({ every: 2, factor: 0 }),
    "schedule.step: received factor 0, expected a finite number",
  ],
  [
    () => multiStep({ milestones: [5, 5] }),
    "schedule.multiStep: received milestones [5, 5], expected a list of rising integers of at least",
  ],
  [() => multiStep({ milestones: [0, 5] }), "received milestones [0, 5]"],
  [() => multiStep({ milestones: 5 as never }), "received milestones 5, expected a list"],
  [() => exponential({} as never), "schedule.exponential: received factor undefined"],
  [() => linear({ length: 1.5 }), "schedule.linear: received length 1.5, expected an integer"],
  [
    () => linear({ length: 2, to: -1 }),
    "schedule.linear: received to -1, expected a finite number of",
  ],
  [
    () => cosine(10 as never),
    "schedule.cosine: received 10 as the options, expected a plain object",
  ],
  [() => cosine({ length: 4, minimum: Number.NaN }), "received minimum NaN"],
  [() => cosineRestarts({ length: 4, growth: 1.5 }), "received growth 1.5, expected an integer"],
  [
    () => oneCycle({ length: 3, rise: 0.2 }),
    "schedule.oneCycle: received length 3 and rise 0.2, expected a rise below 1 that takes more than",
  ],
  [() => oneCycle({ length: 30, rise: 1 }), "received length 30 and rise 1"],
  [
    () => oneCycle({ length: 30, shape: "cos" as never }),
    'received shape "cos", expected "cosine" or',
  ],
  [
    () => sequence({ schedules: [constant()], milestones: [3] }),
    "schedule.sequence: received 1 schedules and 1 milestones, expected one milestone between each",
  ],
  [() => sequence({ schedules: [0.1 as never], milestones: [] }), "received 0.1 as schedule 0"],
  [() => warmUp({ length: 0 }), "schedule.warmUp: received length 0"],
  [() => warmUp({ length: 3, next: 1 as never }), "schedule.warmUp: received 1 as what follows"],
  [() => constant(-1), "schedule.constant: received factor -1"],
])("refuses what it cannot take, %#", (make, message) => {
  expect(make).toThrow(message);
});
