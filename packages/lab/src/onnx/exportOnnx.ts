import { OutputFile } from "../files/outputFile.js";
import type { TrainedModel } from "../model/trainedModel.js";
import { encodedTensors } from "../signature/encodedTensors.js";
import type { Output } from "../signature/signature.js";
import type { StoredTensor } from "../weights/safetensors.js";
import type { Answers } from "./model.js";

/**
 * Writes a model as an ONNX file (opset 21) for any number of samples. It takes what the dataset stores,
 * such as the bytes of images, and numbers in the scale in which people know them: the rest is part of
 * the graph. Texts and rows of tables have become numbers before, as "versant.signature" in the file's
 * metadata says.
 *
 * Beside "output", what the model computes, stand "probabilities" for a model of classes, and "numbers"
 * where people know the output in another scale.
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
    inputs: encodedTensors(signature.input),
    answers: answersOf(signature.output),
    metadata: {
      "versant.name": name,
      "versant.sha256": sha256,
      ...(run !== undefined && { "versant.run": run }),
      "versant.signature": JSON.stringify(signature),
    },
  });
  new OutputFile("--to", path).write(file);
}

function answersOf(output: Output): Answers | undefined {
  if (output.kind === "numbers") return output.scale && { name: "numbers", by: output.scale };
  return output.activation === "none"
    ? undefined
    : { name: "probabilities", by: output.activation };
}
