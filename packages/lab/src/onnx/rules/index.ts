import type { StoredPrimitive } from "@versant/core";
import type { OnnxRule } from "../scope.js";
import { arrangement } from "./arrangement.js";
import { elementwise } from "./elementwise.js";
import { indexing } from "./indexing.js";
import { leaves } from "./leaves.js";
import { loop } from "./loop.js";
import { reduction } from "./reduction.js";

/** How each primitive is written in operators of ONNX. */
export const rules: { readonly [P in StoredPrimitive]: OnnxRule<P> } = {
  ...leaves,
  ...elementwise,
  ...arrangement,
  ...reduction,
  ...indexing,
  ...loop,
};
