import { describe, expect, test } from "vitest";
import { principalPlane } from "../../src/landscape/principal.js";
import type { Weights } from "../../src/landscape/weights.js";

const state = (...values: readonly number[]): Weights =>
  new Map([
    ["a", values.slice(0, 1)],
    ["b", values.slice(1)],
  ]);

const flat = (weights: Weights): number[] =>
  [...weights.values()].flatMap((each) => [...Array.from(each)]);

describe("principalPlane", () => {
  /*
   * By hand: the states (0, 0, 5), (4, 0, 5), (4, 2, 5), (0, 2, 5) are the corners of a rectangle. Their mean is
   * (2, 1, 5), so that the variance is 4 along the first axis, 1 along the second, 0 along the third.
   */
  test("finds the axes of a rectangle, its places from the end, and its variance", () => {
    const corners = [state(0, 0, 5), state(4, 0, 5), state(4, 2, 5), state(0, 2, 5)];
    const { directions, places, explained } = principalPlane(corners);
    expect(explained[0]).toBeCloseTo(0.8, 12);
    expect(explained[1]).toBeCloseTo(0.2, 12);
    const [first, second] = directions.map(flat) as [number[], number[]];
    expect(first.map(Math.abs)).toEqual([1, 0, 0].map((each) => expect.closeTo(each, 10)));
    expect(second.map(Math.abs)).toEqual([0, 1, 0].map((each) => expect.closeTo(each, 10)));
    // From (0, 2, 5): the first corner is 2 below, and 0 to the side.
    expect(places.map(([x]) => Math.abs(x))).toEqual(
      [0, 4, 4, 0].map((x) => expect.closeTo(x, 10)),
    );
    expect(places.map(([, y]) => y)).toEqual([-2, -2, 0, 0].map((y) => expect.closeTo(y, 10)));
  });

  test("a path in a plane is the plane: places and directions give the states back", () => {
    const [u, v, end] = [
      [1, 2, 2, 0],
      [0, 1, -1, 3],
      [7, -1, 2, 4],
    ] as const;
    const on = (x: number, y: number) =>
      state(...end.map((value, index) => value + x * (u[index] ?? 0) + y * (v[index] ?? 0)));
    const states = [on(-3, 1), on(-2, 2), on(-1, 0.5), on(-0.2, 0.1), on(0, 0)];
    const { directions, places, explained } = principalPlane(states);
    expect(explained[0] + explained[1]).toBeCloseTo(1, 10);
    const [first, second] = directions.map(flat) as [number[], number[]];
    expect(Math.hypot(...first)).toBeCloseTo(1, 10);
    expect(first.reduce((sum, each, index) => sum + each * (second[index] ?? 0), 0)).toBeCloseTo(0);
    for (const [index, [x, y]] of places.entries()) {
      const back = end.map((value, i) => value + x * (first[i] ?? 0) + y * (second[i] ?? 0));
      expect(back).toEqual(flat(states[index] as Weights).map((each) => expect.closeTo(each, 9)));
    }
  });

  test.each([
    ["two states", [state(0, 0, 0), state(1, 1, 1)]],
    ["a line", [state(0, 0, 0), state(1, 1, 1), state(3, 3, 3), state(4, 4, 4)]],
    ["no movement", [state(1, 1, 1), state(1, 1, 1), state(1, 1, 1)]],
  ])("refuses %s", (_, states) => {
    expect(() => principalPlane(states)).toThrow(/spans no plane: . states on a line, or in one/);
  });
});
