import {
  requireCount,
  requireFlag,
  requireOptions,
  type Shape,
  sizeOf,
} from "../../../array/index.js";
import { Parameter, slice, type Tensor, zeros } from "../../../tensor/index.js";
import { requireForwardOptions, requireInput } from "../../check.js";
import { initialValues, torchDefault } from "../../init/index.js";
import { type AnyModule, Module } from "../../module.js";

/** How the state of a cell is told as tensors. */
export interface StateForm<State> {
  /** What errors call the tensors of an initial state, the hidden state first. */
  readonly names: readonly string[];
  /** The keys of a state that is a plain object; none where it is a tensor. */
  readonly keys: readonly string[];
  split(state: State): readonly Tensor[];
  join(tensors: readonly Tensor[]): State;
}

/** The state of cells that hand on the hidden state alone. */
export const hiddenOnly: StateForm<Tensor> = {
  names: ["the initial state"],
  keys: [],
  split: (state) => [state],
  join: ([hidden]) => hidden as Tensor,
};

/** The tensors of an initial state, each of `shape`; zeros where none is given. */
export function initialTensors<State>(
  owner: AnyModule,
  { names, keys, split }: StateForm<State>,
  given: State | undefined,
  shape: Shape,
  dtype: "float32" | "float64",
): readonly Tensor[] {
  if (given === undefined) return names.map(() => zeros(shape, dtype));
  if (keys.length > 0) requireForwardOptions(owner, given, keys, "the initial state");
  const tensors = split(given);
  tensors.forEach((tensor, index) => {
    requireInput(owner, tensor, shape, { what: names[index] as string, dtype });
  });
  return tensors;
}

/** Block `index` of the gates (N, gates hiddenSize) side by side: (N, hiddenSize). */
export const gate = (gates: Tensor, index: number, hiddenSize: number): Tensor =>
  gates.at(slice(), slice(index * hiddenSize, (index + 1) * hiddenSize));

export interface RecurrentCellOptions {
  /** Add biases. Default true. */
  readonly bias?: boolean;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

/**
 * One step of a recurrent layer in one direction: an input (N, inputSize) and a state to the next
 * state. A kind of cell has as many gates as its equations have matrices; their weights stand one
 * below the other, W (gates hiddenSize, inputSize) as `inputWeight` and U (gates hiddenSize,
 * hiddenSize) as `hiddenWeight`, the biases b and c likewise, as in PyTorch. All start as U(-k, k)
 * with k = 1 / sqrt(hiddenSize).
 */
export abstract class RecurrentCell<State> extends Module<[input: Tensor, state?: State], State> {
  readonly inputWeight: Parameter;
  readonly hiddenWeight: Parameter;
  readonly inputBias: Parameter | null;
  readonly hiddenBias: Parameter | null;
  readonly dtype: "float32" | "float64";

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    gates: number,
    options: RecurrentCellOptions,
    optionNames: readonly string[] = ["bias", "dtype"],
  ) {
    super();
    requireOptions(String(this), options, optionNames);
    const { bias = true, dtype = "float32" } = options;
    for (const [name, value] of Object.entries({ inputSize, hiddenSize })) {
      requireCount(String(this), name, value);
    }
    requireFlag(String(this), "bias", bias);
    const fans = { fanIn: hiddenSize, fanOut: hiddenSize };
    const draw = (...shape: number[]): Parameter =>
      new Parameter(initialValues(torchDefault(), shape, fans, dtype, String(this)));
    const rows = gates * hiddenSize;
    this.inputWeight = draw(rows, inputSize);
    this.hiddenWeight = draw(rows, hiddenSize);
    this.inputBias = bias ? draw(rows) : null;
    this.hiddenBias = bias ? draw(rows) : null;
    this.dtype = dtype;
  }

  abstract get form(): StateForm<State>;

  /** The next state, from `project` of the input and the state before. */
  abstract step(projected: Tensor, state: State): State;

  /** What `project` adds: all biases that the equations add to the input's part. */
  protected projectedBias(): Tensor | null {
    const { inputBias, hiddenBias } = this;
    return inputBias && hiddenBias && inputBias.add(hiddenBias);
  }

  /**
   * What of the gates depends on the input alone, for any number of steps in one product:
   * (..., inputSize) to (..., gates hiddenSize).
   */
  project(input: Tensor): Tensor {
    const steps = input.shape.slice(0, -1);
    const rows = input.reshape([sizeOf(steps), this.inputSize]);
    const product = rows.matmul(this.inputWeight.transpose());
    const bias = this.projectedBias();
    return (bias ? product.add(bias) : product).reshape([...steps, product.shape[1] as number]);
  }

  /**
   * @param input (N, inputSize)
   * @param state what the last call returned, each tensor (N, hiddenSize). Default: zeros
   * @throws ArgumentError, ShapeError, DTypeError when one of them does not fit
   */
  forward(input: Tensor, state?: State): State {
    const { form, dtype, inputSize, hiddenSize } = this;
    requireInput(this, input, ["N", inputSize], { dtype });
    const shape = [input.shape[0] as number, hiddenSize];
    const before = initialTensors(this, form, state, shape, dtype);
    return this.step(this.project(input), form.join(before));
  }

  override toString(): string {
    return `${this.constructor.name}(${this.inputSize}, ${this.hiddenSize})`;
  }
}
