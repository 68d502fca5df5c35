import type { OnnxRule } from "../scope.js";
import { productOf } from "../sizes.js";
import { reshaped } from "./arrangement.js";
import { placeAlong, zerosFor } from "./positions.js";

type Indexing = "gather" | "scatterAdd" | "gatherElements" | "scatterElements";

export const indexing: { readonly [P in Indexing]: OnnxRule<P> } = {
  gather: (node, scope) =>
    scope.writer.add("Gather", scope.namesOf(node), { axis: node.attributes.axis }),

  gatherElements: (node, scope) =>
    scope.writer.add("GatherElements", scope.namesOf(node), { axis: node.attributes.axis }),

  scatterAdd: (node, scope) => {
    const { writer } = scope;
    const { axis } = node.attributes;
    const [indices, updates] = scope.namesOf(node) as [string, string];
    const { shape: indexed } = scope.inputOf(node);
    const { shape: rows } = scope.inputOf(node, 1);
    const behind = rows.slice(axis + indexed.length);
    const flat = [...rows.slice(0, axis), productOf(indexed), ...behind];
    const places = writer.add("Reshape", [indices, writer.integers([-1])]);
    return placeAlong(writer, node, {
      axis,
      places,
      updates: reshaped(writer, updates, rows, flat),
      shape: flat,
    });
  },

  scatterElements: (node, scope) => {
    const zeros = zerosFor(scope.writer, node);
    return scope.writer.add("ScatterElements", [zeros, ...scope.namesOf(node)], {
      axis: node.attributes.axis,
      reduction: "add",
    });
  },
};
