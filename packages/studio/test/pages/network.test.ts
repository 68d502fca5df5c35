import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilerPasses, zeros } from "../../../core/src/index.js";
import { around, type DrawnNode, drawnOf, found, usersOf } from "../../src/pages/network/drawn.js";
import { showing, whole, zoomed } from "../../src/pages/network/sight.js";
import { next } from "../../src/pages/network/walk.js";

const passes = compilerPasses(
  (x, y) => x.matmul(y).exp().add(x.matmul(y).exp()).mul(3).reshape([8, 8]),
  zeros([8, 8]),
  zeros([8, 8]),
);

const marked = (nodes: readonly DrawnNode[]) =>
  nodes.filter(({ mark }) => mark).map(({ title, mark }) => [title, mark]);

describe("the boxes of a view", () => {
  test("what the compiler does without, and what stands for several", () => {
    const before = drawnOf(passes, "captured");
    const after = drawnOf(passes, "simplified");
    expect(marked(after)).toEqual([
      ["matmul", "merged"],
      ["exp", "merged"],
    ]);
    expect(before.length - after.length).toBe(2);
    expect(before.filter(({ isOutput }) => isOutput)).toHaveLength(1);
  });

  test("a fused unit is one box with the edges of its nodes", () => {
    const nodes = drawnOf(passes, "fused");
    const [unit] = nodes.filter(({ mark }) => mark === "fused");
    expect(unit?.operations.toSorted()).toEqual(["add", "exp", "multiply"]);
    expect(unit?.values).toEqual(["float32 (8, 8)"]);
    expect(unit?.inputs.map((each) => nodes[each]?.title)).toContain("matmul");
    expect(nodes.flatMap(({ inputs }) => inputs).every((each) => nodes[each])).toBe(true);
  });

  test("every word of a search has to be there", () => {
    const nodes = drawnOf(passes, "captured");
    expect(found(nodes, "MATMUL (8, 8)")).toHaveLength(2);
    expect(found(nodes, "matmul (9")).toEqual([]);
    expect(found(nodes, " ")).toEqual([]);
  });

  test("of a large graph the boxes around one are drawn, connected", () => {
    const chain = Array.from({ length: 50 }, (_, position) => ({
      ...(drawnOf(passes, "captured")[0] as DrawnNode),
      inputs: position > 0 ? [position - 1] : [],
    }));
    expect(around(chain, 20, 5)).toEqual([18, 19, 20, 21, 22]);
    expect(around(chain, 20, 50)).toHaveLength(50);
    expect(usersOf(chain)[20]).toEqual([21]);
  });
});

describe("the part of a drawing in sight", () => {
  const window = { width: 800, height: 400 };
  const length = fc.integer({ min: 50, max: 20_000 });

  test("all of it fits, as wide and high as the window asks", () => {
    fc.assert(
      fc.property(length, length, (width, height) => {
        const sight = whole({ width, height }, window);
        expect(sight.width).toBeGreaterThanOrEqual(width * 0.999);
        expect(sight.height).toBeGreaterThanOrEqual(height * 0.999);
        expect(sight.width / sight.height).toBeCloseTo(2);
      }),
    );
  });

  test("zooming leaves the point under the pointer where it is", () => {
    fc.assert(
      fc.property(length, fc.double({ min: 0.1, max: 10, noNaN: true }), (width, factor) => {
        const drawing = { width, height: 1000 };
        const before = whole(drawing, window);
        const at = { x: before.x + before.width / 4, y: before.y + before.height / 2 };
        const after = zoomed(before, factor, at, { drawing, window });
        expect((at.x - after.x) / after.width).toBeCloseTo(0.25);
        expect((at.y - after.y) / after.height).toBeCloseTo(0.5);
        expect(after.width).toBeGreaterThanOrEqual(window.width / 2);
      }),
    );
  });

  test("a box in sight moves nothing, another one comes into it", () => {
    const sight = { x: 0, y: 0, width: 800, height: 400 };
    const box = { width: 100, height: 40 };
    expect(showing(sight, { x: 400, y: 200 }, box)).toEqual(sight);
    expect(showing(sight, { x: 1000, y: 200 }, box)).toMatchObject({ x: 265, y: 0 });
  });
});

test("arrow keys follow edges and rows", () => {
  // Two boxes above one.
  const drawing = {
    ...{ width: 100, height: 100 },
    boxes: [
      { x: 0, y: 0 },
      { x: 50, y: 0 },
      { x: 25, y: 60 },
    ],
    edges: [
      { from: 0, to: 2, points: [] },
      { from: 1, to: 2, points: [] },
    ],
  };
  const boxes = [false, false, true].map((isOutput) => ({ node: { isOutput } }));
  const from = (index: number) => (key: string) => next(key, { boxes, drawing, index });
  expect(["ArrowUp", "Home", "End", "x"].map(from(-1))).toEqual([2, 0, 2, null]);
  expect(["ArrowUp", "ArrowDown", "ArrowRight"].map(from(2))).toEqual([0, null, null]);
  expect(["ArrowDown", "ArrowRight", "ArrowLeft"].map(from(0))).toEqual([2, 1, null]);
});
