import fc from "fast-check";
import { describe, it } from "vitest";
import { broadcastTo, matmul, multiply, permute, sum, unary } from "../../src/graph/build.js";
import { makeNode } from "../../src/graph/index.js";
import { argument, checkGradients, loop, value } from "./harness.js";

const size = fc.integer({ min: 1, max: 4 });
const shape = fc.array(size, { minLength: 1, maxLength: 3 });
/** For each axis of a shape, whether it is chosen. */
const shapeAndAxes = shape.chain((sizes) =>
  fc.record({ sizes: fc.constant(sizes), chosen: fc.tuple(...sizes.map(() => fc.boolean())) }),
);
const axesOf = (chosen: readonly boolean[]): number[] =>
  chosen.flatMap((each, axis) => (each ? [axis] : []));

const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (example: T) => void): void =>
  fc.assert(fc.property(arbitrary, check), { numRuns: 40, seed: 42 });

describe("gradients of random shapes", () => {
  it("slices with any start and step", () => {
    const axis = fc
      .record({ size: fc.integer({ min: 1, max: 7 }), step: fc.integer({ min: 1, max: 4 }) })
      .chain(({ size: length, step }) =>
        fc.record({
          length: fc.constant(length),
          step: fc.constantFrom(step, -step),
          start: fc.integer({ min: 0, max: length - 1 }),
          fraction: fc.integer({ min: 0, max: 8 }),
        }),
      );
    holds(fc.array(axis, { minLength: 1, maxLength: 3 }), (axes) => {
      const counts = axes.map(({ length, step, start, fraction }) => {
        const room = step > 0 ? length - 1 - start : start;
        return 1 + Math.floor((fraction / 8) * Math.floor(room / Math.abs(step)));
      });
      checkGradients(
        (x) =>
          makeNode("slice", [x], {
            start: axes.map(({ start }) => start),
            step: axes.map(({ step }) => step),
            shape: counts,
          }),
        [argument(axes.map(({ length }) => length))],
      );
    });
  });

  it("reductions over any axes", () => {
    holds(shapeAndAxes, ({ sizes, chosen }) => {
      const axes = axesOf(chosen);
      checkGradients((x) => sum(unary("sin", x), axes), [argument(sizes)]);
      if (axes.length > 0) {
        checkGradients((x) => makeNode("reduceMax", [x], { axes }), [argument(sizes)]);
      }
    });
  });

  it("broadcasting over any axes, and over added ones", () => {
    holds(
      fc.tuple(shapeAndAxes, fc.array(size, { maxLength: 2 })),
      ([{ sizes, chosen }, added]) => {
        const small = sizes.map((each, axis) => (chosen[axis] ? 1 : each));
        const whole = [...added, ...sizes];
        checkGradients(
          (x, y) => multiply(broadcastTo(x, whole), y),
          [argument(small), argument(whole)],
        );
      },
    );
  });

  it("any permutation", () => {
    const ordered = fc.tuple(size, size, size, size).chain((sizes) =>
      fc.record({
        sizes: fc.constant(sizes),
        order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      }),
    );
    holds(ordered, ({ sizes, order }) => {
      checkGradients((x) => permute(x, order), [argument(sizes)]);
    });
  });

  it("products of any batch", () => {
    holds(fc.tuple(fc.array(size, { maxLength: 2 }), size, size, size), ([batch, m, k, n]) => {
      checkGradients(matmul, [argument([...batch, m, k]), argument([...batch, k, n])]);
    });
  });

  it("indices into any axis", () => {
    const indexed = shape.chain((sizes) =>
      fc.integer({ min: 0, max: sizes.length - 1 }).chain((axis) =>
        fc.record({
          sizes: fc.constant(sizes),
          axis: fc.constant(axis),
          rows: fc.array(fc.integer({ min: 0, max: (sizes[axis] ?? 1) - 1 }), {
            minLength: 1,
            maxLength: 5,
          }),
        }),
      ),
    );
    holds(indexed, ({ sizes, axis, rows }) => {
      const indices = value("int32", [rows.length], rows);
      checkGradients((x) => makeNode("gather", [x, indices], { axis }), [argument(sizes)]);
      const rowsShape = sizes.map((each, position) => (position === axis ? rows.length : each));
      const spread = rowsShape.reduce((product, each) => product * each, 1);
      const elements = value(
        "int32",
        rowsShape,
        Array.from({ length: spread }, (_, i) => rows[i % rows.length] ?? 0),
      );
      checkGradients((x) => makeNode("gatherElements", [x, elements], { axis }), [argument(sizes)]);
      const scattered = { axis, size: sizes[axis] ?? 1 };
      checkGradients((x) => makeNode("scatterAdd", [indices, x], scattered), [argument(rowsShape)]);
      checkGradients(
        (x) => makeNode("scatterElements", [elements, x], scattered),
        [argument(rowsShape)],
      );
    });
  });

  it("loops of any length, both ways", () => {
    holds(fc.tuple(shape, size, fc.boolean()), ([sizes, length, reverse]) => {
      checkGradients(
        (c, x, k) => {
          const [last, all] = loop(
            { carries: [c], sequences: [x], constants: [k], length, reverse },
            (state, each, factor) => {
              const next = unary("sin", multiply(multiply(state, factor), each));
              return [next, multiply(state, each)];
            },
          );
          if (!last || !all) throw new Error("the loop has two results");
          return multiply(broadcastTo(last, [length, ...sizes]), all);
        },
        [argument(sizes), argument([length, ...sizes]), argument(sizes)],
      );
    });
  });
});
