import type { Tensor } from "../../../tensor/index.js";
import { gate, hiddenOnly, RecurrentCell, type RecurrentCellOptions } from "./cell.js";
import { RecurrentLayer, type RecurrentOptions } from "./layer.js";

/** One step of `GRU`: (N, inputSize) and h (N, hiddenSize) to the next h. */
export class GRUCell extends RecurrentCell<Tensor> {
  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions = {}) {
    super(inputSize, hiddenSize, 3, options);
  }

  override get form() {
    return hiddenOnly;
  }

  /** The reset gate multiplies the other bias too, so that it belongs to the step. */
  protected override projectedBias(): Tensor | null {
    return this.inputBias;
  }

  override step(projected: Tensor, hidden: Tensor): Tensor {
    const { hiddenBias, hiddenSize } = this;
    const product = hidden.matmul(this.hiddenWeight.transpose());
    const recurrent = hiddenBias ? product.add(hiddenBias) : product;
    const ofInput = (index: number): Tensor => gate(projected, index, hiddenSize);
    const ofHidden = (index: number): Tensor => gate(recurrent, index, hiddenSize);
    const reset = ofInput(0).add(ofHidden(0)).sigmoid();
    const update = ofInput(1).add(ofHidden(1)).sigmoid();
    const candidate = ofInput(2)
      .add(reset.multiply(ofHidden(2)))
      .tanh();
    return candidate.add(update.multiply(hidden.subtract(candidate)));
  }
}

/**
 * The gated recurrent unit: for each step of a sequence, with * element by element,
 *
 *     r = sigmoid(W_r x_t + b_r + U_r h_{t-1} + c_r)        reset gate
 *     z = sigmoid(W_z x_t + b_z + U_z h_{t-1} + c_z)        update gate
 *     n = tanh(W_n x_t + b_n + r * (U_n h_{t-1} + c_n))     candidate
 *     h_t = (1 - z) * n + z * h_{t-1}
 *
 * The gates stand in this order in weights and biases. Input is (N, T, inputSize), batch first; the
 * state is h, and `RecurrentLayer` says what comes out. Cho et al., "Learning Phrase Representations
 * using RNN Encoder-Decoder for Statistical Machine Translation", EMNLP 2014, section 2.3, with the
 * reset gate after the product, as in PyTorch.
 */
export class GRU extends RecurrentLayer<Tensor> {
  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(inputSize, hiddenSize, options, GRUCell);
  }
}
