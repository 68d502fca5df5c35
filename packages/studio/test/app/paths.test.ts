import fc from "fast-check";
import { expect, test } from "vitest";
import { match, pathOf } from "../../src/app/paths.js";

test("a pattern names parts of a path", () => {
  expect(match("/runs/:id", "/runs/calm%20otter")).toEqual({ id: "calm otter" });
  expect(match("/runs", "/runs/")).toEqual({});
  expect(match("/runs/:id", "/runs")).toBeNull();
  expect(match("/runs/:id", "/searches/a")).toBeNull();
  expect(match("/runs/:id", "/runs/%E0%A4%A")).toBeNull();
});

test("whatever a run is called, its address leads back to it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (id) => {
      fc.pre(id !== "." && id !== "..");
      expect(match("/runs/:id", pathOf("runs", id))).toEqual({ id });
    }),
  );
});
