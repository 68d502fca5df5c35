import { TableEncoder } from "@versant/core";
import type { Input } from "../signature/signature.js";

/** Names of what a sample of this input holds; undefined where it is a text, an image or numbers without names. */
export function inputNames(input: Input): readonly string[] | undefined {
  switch (input.kind) {
    case "several":
      return Object.keys(input.inputs);
    case "table":
      return Object.keys(TableEncoder.fromJSON(input.encoder).inputKinds);
    case "numbers":
      return input.names;
    default:
      return undefined;
  }
}
