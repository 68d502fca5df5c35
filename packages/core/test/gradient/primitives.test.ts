import { describe, expect, it } from "vitest";
import { type Node, type Primitive, topologicalOrder } from "../../src/graph/index.js";
import { cases } from "./cases.js";
import { checkGradients, checkSecondGradients, leaves } from "./harness.js";

describe.each(Object.entries(cases) as [Primitive, (typeof cases)[Primitive]][])(
  "gradient of %s",
  (primitive, list) => {
    it("has cases that use it", () => {
      expect(list.length).toBeGreaterThan(0);
      for (const { fn, inputs } of list) {
        const used = topologicalOrder([fn(...leaves(inputs))]).map((node: Node) => node.primitive);
        expect(used).toContain(primitive);
      }
    });

    it.each(list.map((each, index) => ({ ...each, index })))(
      "agrees with central differences, case $index",
      ({ fn, inputs }) => {
        checkGradients(fn, inputs);
        checkSecondGradients(fn, inputs);
      },
    );
  },
);
