import {
  concatenate,
  type PortableArgument,
  type PortableProgram,
  portableProgram,
  type Tensor,
  tensor,
} from "@versant/core";
import type { Output, Signature, StoredScale } from "../signature/signature.js";

/**
 * The program of one sample from what its sender knows, pixels or numbers in their own scale, to what its
 * receiver wants: probabilities, or numbers in theirs.
 *
 * @param forward the model's forward pass
 * @param inputs what it takes for one sample
 */
export function sampleProgram(
  forward: (...inputs: Tensor[]) => Tensor,
  inputs: readonly PortableArgument[],
  { input, output }: Signature,
): PortableProgram {
  const scales = (input.kind === "several" ? Object.values(input.inputs) : [input]).map((single) =>
    "scale" in single ? single.scale : undefined,
  );
  return portableProgram((...given) => {
    const scaled = given.map((each, index) => {
      const scale = scales[index];
      return scale ? each.sub(tensor(scale.mean)).div(tensor(scale.deviation)) : each;
    });
    return answerOf(output, forward(...scaled));
  }, inputs);
}

function answerOf(output: Output, values: Tensor): Tensor {
  switch (output.kind) {
    case "numbers": {
      const { scale } = output;
      return scale ? values.mul(tensor(scale.deviation)).add(tensor(scale.mean)) : values;
    }
    case "positions":
      return output.activation === "softmax" ? values.softmax(1) : values;
    case "classes": {
      if (output.activation === "softmax") return values.softmax(1);
      const scores = values.reshape([1, -1]);
      const second = output.activation === "sigmoid" ? scores.sigmoid() : scores;
      // A single number speaks of the second of two classes.
      return second.size === 1 ? concatenate([second.mul(-1).add(1), second], 1) : second;
    }
  }
}
