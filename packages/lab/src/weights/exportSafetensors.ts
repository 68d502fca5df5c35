import { OutputFile } from "../files/outputFile.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

/**
 * Writes a model's file for programs that read safetensors: as it is, with what Versant needs to use
 * the model in its metadata, or the tensors alone.
 *
 * @param bytes of the model's file
 * @throws ArgumentError when they are no safetensors file, or the path cannot be written
 */
export function exportSafetensors(
  bytes: Uint8Array,
  path: string,
  { tensorsOnly }: { readonly tensorsOnly: boolean },
): void {
  const { tensors } = decodeSafetensors(bytes, "export: the model");
  new OutputFile("--to", path).write(tensorsOnly ? encodeSafetensors(tensors) : bytes);
}
