import fc from "fast-check";
import { suitsLog, valueAt } from "versant/figures";
import { describe, expect, test } from "vitest";
import { colorOf, heightAt, reliefOf, shareOf } from "../../src/pages/run/landscape/relief.js";
import { facetsOf, firstView, projection, turned } from "../../src/pages/run/landscape/view.js";

const plane = {
  x: [-1, 0, 1],
  y: [0, 10],
  loss: [
    [1, 2, 3],
    [3, 4, 5],
  ],
};

describe("reliefOf", () => {
  test("heights are shares of the losses between the lowest and the highest", () => {
    const relief = reliefOf(plane, false);
    expect(relief.heights).toEqual([0, 0.25, 0.5, 0.5, 0.75, 1]);
    expect([0, 0.25, 1].map((height) => valueAt(relief.loss, height))).toEqual([1, 2, 5]);
    expect(shareOf(relief, { x: 0, y: 10 })).toEqual([0.5, 1]);
    // Between the places of the grid it is a plane here.
    expect(heightAt(relief, 0.25, 0.5)).toBeCloseTo(0.375);
    expect(heightAt(relief, 2, -1)).toBe(0.5);
  });

  test("logarithms where losses are far apart, and above 0; a hole is as high as the highest", () => {
    const loss = [
      [1, 10],
      [100, null],
    ];
    const relief = reliefOf({ x: [0, 1], y: [0, 1], loss }, true);
    expect(relief.heights.map((each) => Number(each.toFixed(9)))).toEqual([0, 0.5, 1, 1]);
    expect(valueAt(relief.loss, 0.5)).toBeCloseTo(10);
    expect(suitsLog(loss.flat())).toBe(true);
    expect(suitsLog(plane.loss.flat())).toBe(false);
    expect(
      reliefOf(
        {
          x: [0, 1],
          y: [0, 1],
          loss: [
            [-1, 1],
            [2, 3],
          ],
        },
        true,
      ).loss.kind,
    ).toBe("linear");
    expect(
      reliefOf(
        {
          x: [0, 1],
          y: [0, 1],
          loss: [
            [2, 2],
            [2, 2],
          ],
        },
        true,
      ).heights,
    ).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});

test("colours go from dark to light", () => {
  const lightness = [0, 0.2, 0.4, 0.6, 0.8, 1].map((height) => {
    const [red = 0, green = 0, blue = 0] = colorOf(height).match(/\d+/g)?.map(Number) ?? [];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  expect(lightness).toEqual([...lightness].sort((a, b) => a - b));
  expect(colorOf(-1)).toBe(colorOf(0));
});

describe("a surface", () => {
  const size = { width: 300, height: 200 };

  test("stays inside its picture however it is turned", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const angles = fc.record({
      azimuth: fc.integer({ min: 0, max: 359 }),
      elevation: fc.integer({ min: 8, max: 90 }),
    });
    fc.assert(
      fc.property(angles, share, share, share, (view, x, y, z) => {
        const seen = projection(view, size)(x, y, z);
        expect(seen.x).toBeGreaterThanOrEqual(0);
        expect(seen.x).toBeLessThanOrEqual(size.width);
        expect(seen.y).toBeGreaterThanOrEqual(0);
        expect(seen.y).toBeLessThanOrEqual(size.height);
      }),
    );
  });

  test("is drawn from the back to the front, and seen from above is a map", () => {
    const relief = reliefOf(plane, false);
    const facets = facetsOf(relief, projection(firstView, size));
    expect(facets).toHaveLength(2);
    const depths = facets.map(({ depth }) => depth);
    expect(depths).toEqual([...depths].sort((a, b) => b - a));
    const above = projection({ azimuth: 0, elevation: 90 }, size);
    const [low, high] = [above(0, 0, 0), above(1, 1, 1)];
    expect(low.x).toBeLessThan(high.x);
    expect(low.y).toBeGreaterThan(high.y);
  });

  test("is turned all around, but not looked at from below", () => {
    expect(turned({ azimuth: 350, elevation: 20 }, 20, -40)).toEqual({ azimuth: 10, elevation: 8 });
    expect(turned({ azimuth: 5, elevation: 80 }, -10, 40)).toEqual({ azimuth: 355, elevation: 90 });
  });

  test("of a fine grid has a bounded number of pieces, edges included", () => {
    const axis = Array.from({ length: 200 }, (_, index) => index);
    const relief = reliefOf(
      { x: axis, y: axis, loss: axis.map((y) => axis.map((x) => x + y)) },
      false,
    );
    const place = projection({ azimuth: 0, elevation: 90 }, size);
    const facets = facetsOf(relief, place);
    expect(facets.length).toBeLessThanOrEqual(64 ** 2);
    const right = Math.max(...facets.flatMap(({ corners }) => corners.map(({ x }) => x)));
    expect(right).toBeCloseTo(place(1, 0, 0).x, 6);
  });
});
