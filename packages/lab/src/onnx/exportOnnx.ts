import { OutputFile } from "../files/outputFile.js";
import type { TrainedModel } from "../model/trainedModel.js";
import type { Output } from "../signature/signature.js";
import type { StoredTensor } from "../weights/safetensors.js";
import type { Probabilities } from "./model.js";

/**
 * Writes a model as an ONNX file. Its inputs are what the dataset stores, such as the bytes of images:
 * what the dataset makes of them is part of the graph. Texts and rows of tables have become numbers
 * before, as "versant.signature" in the file's metadata says.
 *
 * @throws ArgumentError when the model is too large for one file, or the path cannot be written
 */
export async function exportOnnx(model: TrainedModel, path: string): Promise<void> {
  // Only who exports waits until the library of the format is loaded.
  const { encodeOnnx } = await import("./model.js");
  const { name, sha256, run, signature, graph } = model;
  const state = new Map<string, StoredTensor>();
  for (const [key, each] of graph.stateDict()) {
    state.set(key, { dtype: each.dtype, shape: each.shape, data: await each.data() });
  }
  const file = encodeOnnx(graph.toJSON(), state, {
    probabilities: probabilitiesOf(signature.output),
    metadata: {
      "versant.name": name,
      "versant.sha256": sha256,
      ...(run !== undefined && { "versant.run": run }),
      "versant.signature": JSON.stringify(signature),
    },
  });
  new OutputFile("--to", path).write(file);
}

function probabilitiesOf(output: Output): Probabilities | undefined {
  if (output.kind === "numbers" || output.activation === "none") return undefined;
  return output.activation;
}
