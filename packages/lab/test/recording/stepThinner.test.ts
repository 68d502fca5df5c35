import fc from "fast-check";
import { expect, test } from "vitest";
import { StepThinner } from "../../src/recording/stepThinner.js";

test("keeps every batch and every extreme, however the losses come", () => {
  const losses = fc.array(fc.float({ min: 0, max: 100, noNaN: true }), { maxLength: 300 });
  fc.assert(
    fc.property(fc.array(losses), fc.integer({ min: 1, max: 20_000 }), (parts, planned) => {
      const thinner = new StepThinner(planned, 0);
      const all: number[] = [];
      let batches = 0;
      for (const part of parts) {
        thinner.add(part);
        const record = thinner.take(0.1);
        if (!record) {
          expect(part).toEqual([]);
          continue;
        }
        expect(record.first).toBe(batches);
        expect(record.batches).toBe(part.length);
        expect(record.mean).toHaveLength(Math.ceil(part.length / record.stride));
        batches += part.length;
        all.push(...part);
        const { lowest = record.mean, highest = record.mean } = record;
        expect(Math.min(...lowest)).toBeCloseTo(Math.min(...part), 3);
        expect(Math.max(...highest)).toBeCloseTo(Math.max(...part), 3);
      }
      expect(thinner.next).toBe(all.length);
    }),
  );
});

test("a planned run has about a thousand points, and an endless one ever fewer a batch", () => {
  const planned = new StepThinner(64_000, 0);
  planned.add(new Float32Array(64_000));
  expect(planned.take(0)?.mean.length).toBe(1000);
  const endless = new StepThinner(Number.POSITIVE_INFINITY, 0);
  let points = 0;
  for (let part = 0; part < 1000; part++) {
    endless.add(new Float32Array(1000));
    points += endless.take(0)?.mean.length ?? 0;
  }
  expect(points).toBeLessThan(15_000);
});
