import fc from "fast-check";
import { expect, test } from "vitest";
import { BatchLosses } from "../../src/train/batchLosses.js";

test("gives the losses since any batch, as far as they are kept", () => {
  const losses = new BatchLosses();
  const all: number[] = [];
  const parts = fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 4 });
  fc.assert(
    fc.property(parts, fc.double({ min: 0, max: 1.1, noNaN: true }), (counts, share) => {
      for (const count of counts) {
        for (let each = 0; each < count; each++) {
          losses.add(all.length % 1000);
          all.push(all.length % 1000);
        }
      }
      const first = Math.floor(share * all.length);
      const kept = Math.max(first, all.length - 2 ** 16);
      expect(losses.since(first)).toEqual(Float32Array.from(all.slice(kept)));
    }),
    { numRuns: 20 },
  );
});

test("begins behind the batches of before an interruption", () => {
  const losses = new BatchLosses();
  losses.restore(70_000);
  losses.add(3);
  losses.add(4);
  expect(losses).toMatchObject({ first: 70_000, count: 70_002 });
  expect([...losses.since(0)]).toEqual([3, 4]);
  expect([...losses.since(70_001)]).toEqual([4]);
});
