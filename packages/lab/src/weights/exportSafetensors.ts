import { GraphModel } from "@versant/core";
import { OutputFile } from "../files/outputFile.js";
import { decodeSafetensors, encodeSafetensors, type StoredTensors } from "./safetensors.js";
import { holdsGraph, tensorsOf, usageOf } from "./weights.js";

/**
 * Writes a model's file for programs that read safetensors: as it is, with what Versant needs to use
 * the model in its metadata, or the parameters and buffers alone.
 *
 * @param bytes of the model's file
 * @throws ArgumentError when they are no safetensors file, or the path cannot be written
 */
export function exportSafetensors(
  bytes: Uint8Array,
  path: string,
  { tensorsOnly }: { readonly tensorsOnly: boolean },
): void {
  const stored = decodeSafetensors(bytes, name);
  const file = new OutputFile("--to", path);
  file.write(tensorsOnly ? encodeSafetensors(ownTensors(stored)) : bytes);
}

const name = "export: the model";

/** All tensors but the constants that the graph took from elsewhere. */
function ownTensors({ tensors, metadata }: StoredTensors): StoredTensors["tensors"] {
  if (!holdsGraph(metadata)) return tensors;
  const graph = GraphModel.fromJSON(usageOf(name, metadata).graph, tensorsOf(tensors));
  const own = new Map(tensors);
  for (const node of graph.toJSON().nodes) {
    const isConstant = node.primitive === "state" && node.attributes.role === "constant";
    if (isConstant) own.delete(node.attributes.name);
  }
  return own;
}
