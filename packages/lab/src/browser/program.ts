import {
  concatenate,
  type PortableArray,
  type PortableProgram,
  portableProgram,
  type Tensor,
  tensor,
} from "@versant/core";
import type { TrainedModel } from "../model/trainedModel.js";
import { encodedTensors } from "../signature/encodedTensors.js";
import type { Output, StoredScale } from "../signature/signature.js";

/** A program whose inputs have names. */
export interface SampleProgram extends PortableProgram {
  readonly inputs: readonly (PortableArray & { readonly name: string })[];
}

/**
 * The program of one sample, from what its sender knows, pixels or numbers in their own scale, to what its
 * receiver wants: probabilities, or numbers in theirs.
 */
export function sampleProgram({ graph, signature }: TrainedModel): SampleProgram {
  const encoded = encodedTensors(signature.input);
  const program = portableProgram(
    (...given) => {
      const scaled = given.map((each, index) => scaledDown(each, encoded[index]?.scale));
      return answerOf(signature.output, graph.forward(...scaled));
    },
    encoded.map(({ dtype, shape }) => ({ dtype, shape: [1, ...shape] })),
  );
  return {
    ...program,
    inputs: program.inputs.map((input, index) => ({ name: encoded[index]?.name ?? "", ...input })),
  };
}

const scaledDown = (values: Tensor, scale: StoredScale | undefined): Tensor =>
  scale ? values.sub(tensor(scale.mean)).div(tensor(scale.deviation)) : values;

function answerOf(output: Output, answer: Tensor): Tensor {
  switch (output.kind) {
    case "numbers": {
      const { scale } = output;
      return scale ? answer.mul(tensor(scale.deviation)).add(tensor(scale.mean)) : answer;
    }
    case "positions":
      return output.activation === "softmax" ? answer.softmax(1) : answer;
    case "classes": {
      if (output.activation === "softmax") return answer.softmax(1);
      const flat = answer.reshape([1, answer.size]);
      const likely = output.activation === "sigmoid" ? flat.sigmoid() : flat;
      // A single number is the probability of the second of two classes.
      return likely.size === 1 ? concatenate([likely.mul(-1).add(1), likely], 1) : likely;
    }
  }
}
