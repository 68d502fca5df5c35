import { axisOf } from "versant/figures";
import { expect, test } from "vitest";
import type { Item } from "../../../src/charts/points/items.js";
import { layoutOf, nearest } from "../../../src/charts/points/scatterLayout.js";

const item = (id: string, x: number, y: number | string | undefined): Item => ({
  ...{ id, label: id, mark: "dot", state: "completed", isBest: false },
  values: { x, y },
});
const axes = { x: axisOf("x", [0, 10]), y: axisOf("y", [0, 1]) };
const size = { width: 500, height: 300 };

test("points stand between the corners; what has no value in a strip below them", () => {
  const all = [item("a", 0, 0), item("b", 10, 1)];
  const whole = layoutOf(all, axes, size);
  expect(whole.points[0]).toMatchObject({ x: whole.left, y: whole.bottom });
  expect(whole.points[1]).toMatchObject({ x: whole.right, y: whole.top });
  expect(whole.lackingY).toBeNull();
  const lacking = layoutOf([...all, item("c", 5, "NaN")], axes, size);
  expect(lacking.points[2]?.y).toBe(lacking.lackingY);
  expect(lacking.lackingY).toBeGreaterThan(lacking.bottom);
});

test("the nearest point within reach", () => {
  const { points } = layoutOf([item("a", 0, 0), item("b", 10, 1)], axes, size);
  const [a] = points;
  expect(nearest(points, (a?.x ?? 0) + 5, (a?.y ?? 0) - 5)?.item.id).toBe("a");
  expect(nearest(points, 250, 150)).toBeUndefined();
});
