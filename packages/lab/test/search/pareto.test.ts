import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dominates,
  hypervolume,
  paretoFronts,
  selectByHypervolume,
} from "../../src/search/pareto.js";

const grid = (axes: number) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: axes, maxLength: axes }), {
    minLength: 1,
    maxLength: 8,
  });

describe("Pareto", () => {
  test("fronts: no point is dominated by its own front or a later one", () => {
    fc.assert(
      fc.property(grid(3), (points) => {
        const fronts = paretoFronts(points);
        expect(fronts.flat().sort((a, b) => a - b)).toEqual(points.map((_, index) => index));
        fronts.forEach((front, place) => {
          const others = fronts.slice(place).flat();
          for (const index of front) {
            const isBeaten = others.some((other) =>
              dominates(points[other] as number[], points[index] as number[]),
            );
            expect(isBeaten).toBe(false);
          }
          for (const index of place === 0 ? [] : front) {
            const before = fronts[place - 1] as number[];
            const isBeaten = before.some((other) =>
              dominates(points[other] as number[], points[index] as number[]),
            );
            expect(isBeaten).toBe(true);
          }
        });
      }),
    );
  });

  test.each([2, 3])("hypervolume of %i objectives counts the cells that are dominated", (axes) => {
    fc.assert(
      fc.property(grid(axes), (points) => {
        const cells = Array.from({ length: 6 ** axes }, (_, cell) =>
          Array.from({ length: axes }, (__, axis) => Math.floor(cell / 6 ** axis) % 6),
        );
        const covered = cells.filter((cell) =>
          points.some((point) => point.every((value, axis) => value <= (cell[axis] as number))),
        );
        expect(hypervolume(points, new Array(axes).fill(6))).toBe(covered.length);
      }),
      { numRuns: 50 },
    );
  });

  test("what is not better than the reference adds nothing", () => {
    expect(hypervolume([[1, 1]], [3, 2])).toBe(2);
    expect(
      hypervolume(
        [
          [1, 1],
          [0, 2],
          [4, 0],
        ],
        [3, 2],
      ),
    ).toBe(2);
    expect(hypervolume([], [1, 1])).toBe(0);
  });

  test("a selection takes first what adds most", () => {
    const points = [
      [0, 3],
      [1, 1],
      [3, 0],
      [1.1, 1.2],
    ];
    expect(selectByHypervolume(points, 2, [4, 4])).toEqual([1, 0]);
  });
});
