import type { EncodedTensor, ScaledTensor } from "../encoded.js";

/**
 * What a layer should compute, as another program found it: states to start from, inputs, and from
 * there the output, the gradients and ten training steps. Plain data, so that it can be a JSON file.
 */
export interface LayerFixture {
  /** Output and gradients are those of evaluation mode. Default false: of training mode. */
  readonly evaluation?: boolean;
  /** Parameters and buffers by path, as in `stateDict()`. */
  readonly states: Readonly<Record<string, EncodedTensor>>;
  readonly inputs: readonly EncodedTensor[];
  readonly output: ScaledTensor;
  /** The gradients are those of sum(output * cotangent); absent where there are none. */
  readonly cotangent?: EncodedTensor;
  /** By what they belong to: "input 0", or the path of a parameter. */
  readonly gradients?: Readonly<Record<string, ScaledTensor>>;
  readonly training?: TrainingFixture;
}

/**
 * Ten steps in training mode of `SGD` with learning rate 0.05 and momentum 0.9 on
 * mean((output - target)^2), always with the same inputs.
 */
export interface TrainingFixture {
  readonly target: EncodedTensor;
  /** The loss of each step. */
  readonly losses: EncodedTensor;
  /** Parameters and buffers after the last step. */
  readonly states: Readonly<Record<string, EncodedTensor>>;
  /** The largest difference that computing the same in float32 may make. */
  readonly rounding: number;
}
