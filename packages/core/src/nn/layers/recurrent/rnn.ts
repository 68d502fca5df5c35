import { ArgumentError, describeValue } from "../../../array/index.js";
import type { Tensor } from "../../../tensor/index.js";
import { hiddenOnly, RecurrentCell, type RecurrentCellOptions } from "./cell.js";
import { RecurrentLayer, type RecurrentOptions } from "./layer.js";

interface Nonlinearity {
  /** What the hidden state has gone through. Default "tanh". */
  readonly nonlinearity?: "tanh" | "relu";
}

export interface RNNCellOptions extends RecurrentCellOptions, Nonlinearity {}
export interface RNNOptions extends RecurrentOptions, Nonlinearity {}

/** One step of `RNN`: (N, inputSize) and h (N, hiddenSize) to the next h. */
export class RNNCell extends RecurrentCell<Tensor> {
  readonly nonlinearity: "tanh" | "relu";

  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    super(inputSize, hiddenSize, 1, options, ["bias", "dtype", "nonlinearity"]);
    const { nonlinearity = "tanh" } = options;
    if (nonlinearity !== "tanh" && nonlinearity !== "relu") {
      throw new ArgumentError(
        `${this}: received nonlinearity ${describeValue(nonlinearity)}, expected "tanh" or "relu".`,
      );
    }
    this.nonlinearity = nonlinearity;
  }

  override get form() {
    return hiddenOnly;
  }

  override step(projected: Tensor, hidden: Tensor): Tensor {
    const sum = projected.add(hidden.matmul(this.hiddenWeight.transpose()));
    return this.nonlinearity === "tanh" ? sum.tanh() : sum.relu();
  }
}

/**
 * The simple recurrent network: for each step of a sequence
 *
 *     h_t = tanh(W x_t + b + U h_{t-1} + c)
 *
 * or with relu in place of tanh. Input is (N, T, inputSize), batch first; the state is h, and
 * `RecurrentLayer` says what comes out. Elman, "Finding Structure in Time", Cognitive Science 1990.
 */
export class RNN extends RecurrentLayer<Tensor> {
  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    super(inputSize, hiddenSize, options, RNNCell, ["nonlinearity"]);
  }
}
