import type { Tensor } from "../../../tensor/index.js";
import { gate, RecurrentCell, type RecurrentCellOptions, type StateForm } from "./cell.js";
import { RecurrentLayer, type RecurrentOptions } from "./layer.js";

/** What an LSTM hands on: hidden state h and cell state c, of one shape. */
export interface LSTMState {
  readonly hidden: Tensor;
  readonly cell: Tensor;
}

const hiddenAndCell: StateForm<LSTMState> = {
  names: ["the initial hidden state", "the initial cell state"],
  keys: ["hidden", "cell"],
  split: ({ hidden, cell }) => [hidden, cell],
  join: (tensors) => {
    const [hidden, cell] = tensors as [Tensor, Tensor];
    return { hidden, cell };
  },
};

/** One step of `LSTM`: (N, inputSize) and a state of (N, hiddenSize) each to the next state. */
export class LSTMCell extends RecurrentCell<LSTMState> {
  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions = {}) {
    super(inputSize, hiddenSize, 4, options);
  }

  override get form() {
    return hiddenAndCell;
  }

  override step(projected: Tensor, { hidden, cell }: LSTMState): LSTMState {
    const gates = projected.add(hidden.matmul(this.hiddenWeight.transpose()));
    const part = (index: number): Tensor => gate(gates, index, this.hiddenSize);
    const input = part(0).sigmoid();
    const forget = part(1).sigmoid();
    const candidate = part(2).tanh();
    const output = part(3).sigmoid();
    const next = forget.multiply(cell).add(input.multiply(candidate));
    return { hidden: output.multiply(next.tanh()), cell: next };
  }
}

/**
 * Long short-term memory: for each step of a sequence, with * element by element,
 *
 *     i = sigmoid(W_i x_t + b_i + U_i h_{t-1} + c_i)        input gate
 *     f = sigmoid(W_f x_t + b_f + U_f h_{t-1} + c_f)        forget gate
 *     g = tanh(W_g x_t + b_g + U_g h_{t-1} + c_g)           candidate
 *     o = sigmoid(W_o x_t + b_o + U_o h_{t-1} + c_o)        output gate
 *     cell_t = f * cell_{t-1} + i * g
 *     h_t = o * tanh(cell_t)
 *
 * The gates stand in this order in weights and biases. Input is (N, T, inputSize), batch first; the
 * state is { hidden, cell }, and `RecurrentLayer` says what comes out.
 * Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation 1997; the forget gate:
 * Gers, Schmidhuber and Cummins, "Learning to Forget", Neural Computation 2000.
 */
export class LSTM extends RecurrentLayer<LSTMState> {
  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(inputSize, hiddenSize, options, LSTMCell);
  }
}
