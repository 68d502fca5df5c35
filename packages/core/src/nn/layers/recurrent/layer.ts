import {
  ArgumentError,
  requireCount,
  requireFlag,
  requireOptions,
  type Shape,
} from "../../../array/index.js";
import { arange, concatenate, scan, stack, type Tensor, where } from "../../../tensor/index.js";
import { requireForwardOptions, requireIndices, requireInput } from "../../check.js";
import { checkDropProbability, dropout } from "../../functional/dropout.js";
import { Module } from "../../module.js";
import { initialTensors, type RecurrentCell, type RecurrentCellOptions } from "./cell.js";

export interface RecurrentOptions extends RecurrentCellOptions {
  /** Layers upon each other: each reads what the one below put out. Default 1. */
  readonly layers?: number;
  /** Read sequences backwards as well, by cells of their own. Default false. */
  readonly bidirectional?: boolean;
  /** Share of elements dropped between layers while training, from 0 to below 1. Default 0. */
  readonly dropout?: number;
}

const optionNames = ["layers", "bidirectional", "bias", "dropout", "dtype"];

export interface RecurrentInput<State> {
  /** The state that sequences start from, as another call returned it. Default: zeros. */
  readonly initialState?: State;
  /** How many steps each sequence has, int32 (N,), from 0 to T. Default: T each. */
  readonly lengths?: Tensor;
}

export interface RecurrentOutput<State> {
  /** The last layer's hidden states (N, T, D hiddenSize): forwards, then backwards. */
  readonly output: Tensor;
  /** What each cell ended with, each tensor (layers D, N, hiddenSize). */
  readonly state: State;
}

/**
 * What the recurrent layers share. Input is (N, T, inputSize), a batch of N sequences of T steps:
 * batch first is the only layout. With D = 2 for bidirectional layers and D = 1 otherwise,
 *
 *     const { output, state } = layer.forward(input);
 *
 * gives `output` (N, T, D hiddenSize), the hidden states of the last layer after every step, and
 * `state`, that of every layer and direction after its last step: tensors (layers D, N, hiddenSize)
 * ordered as `cells`, layer by layer and forwards before backwards. A state can be handed on:
 * `layer.forward(next, { initialState: state })` goes on where the first call ended, and with a
 * detached state no gradient flows back into it (truncated back-propagation through time).
 *
 * Sequences of unequal length stand in one batch, padded at their ends, together with `lengths`. What
 * lies beyond an end has no influence: outputs there are 0, the final state is that after the last
 * valid step, and backward cells start there. Lengths are values: others do not compile anew. They
 * are checked when they are used, and one below 0 or above T is an ExecutionError; a sequence
 * without steps ends in its initial state.
 */
export abstract class RecurrentLayer<State> extends Module<
  [input: Tensor, options?: RecurrentInput<State>],
  RecurrentOutput<State>
> {
  readonly cells: readonly RecurrentCell<State>[];
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly dropout: number;

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: RecurrentOptions,
    Cell: new (
      inputSize: number,
      hiddenSize: number,
      options: RecurrentCellOptions,
    ) => RecurrentCell<State>,
    cellOptionNames: readonly string[] = [],
  ) {
    super();
    requireOptions(String(this), options, [...optionNames, ...cellOptionNames]);
    const { layers = 1, bidirectional = false, dropout = 0, ...cellOptions } = options;
    for (const [name, value] of Object.entries({ inputSize, hiddenSize, layers })) {
      requireCount(String(this), name, value);
    }
    requireFlag(String(this), "bidirectional", bidirectional);
    this.layers = layers;
    this.bidirectional = bidirectional;
    this.dropout = this.#checkDropout(dropout);
    const directions = bidirectional ? 2 : 1;
    this.cells = Array.from({ length: layers * directions }, (_, index) => {
      const size = index < directions ? inputSize : directions * hiddenSize;
      return new Cell(size, hiddenSize, cellOptions);
    });
  }

  /**
   * @param input (N, T, inputSize)
   * @throws ArgumentError, ShapeError, DTypeError when input, initial state or lengths do not fit;
   *   ExecutionError for a length out of range
   */
  forward(input: Tensor, options: RecurrentInput<State> = {}): RecurrentOutput<State> {
    const { cells, inputSize, hiddenSize } = this;
    const { form, dtype } = cells[0] as RecurrentCell<State>;
    requireInput(this, input, ["N", "T", inputSize], { dtype, mend: (shape) => this.#mend(shape) });
    requireForwardOptions(this, options, ["initialState", "lengths"]);
    const { initialState, lengths } = options;
    const [samples, steps] = input.shape as [number, number];
    const stateShape = [cells.length, samples, hiddenSize];
    const initial = initialTensors(this, form, initialState, stateShape, dtype);
    const valid = lengths === undefined ? null : this.#valid(lengths, samples, steps);

    // Scans run over the first axis.
    let sequence = input.transpose(0, 1);
    // Padding may be anything, and the gradient of what is not used would be 0 times it.
    if (valid) sequence = where(valid, sequence, 0);
    const final: (readonly Tensor[])[] = [];
    for (let layer = 0; layer < this.layers; layer++) {
      if (layer > 0 && this.training) sequence = dropout(sequence, this.dropout);
      const outputs = this.#directions.map((reverse) => {
        const start = initial.map((each) => each.at(final.length));
        const cell = cells[final.length] as RecurrentCell<State>;
        const { carries, output } = iterate(cell, sequence, start, valid, reverse);
        final.push(carries);
        return output;
      });
      sequence = concatenate(outputs, -1);
    }
    const state = initial.map((_, part) => stack(final.map((parts) => parts[part] as Tensor)));
    return { output: sequence.transpose(0, 1), state: form.join(state) };
  }

  /** Whether each cell of a layer runs backwards. */
  get #directions(): readonly boolean[] {
    return this.bidirectional ? [false, true] : [false];
  }

  /** Whether step t of sequence n is one, (T, N, 1). */
  #valid(lengths: Tensor, samples: number, steps: number): Tensor {
    requireIndices(this, lengths, [samples], { what: "the lengths" });
    // Taken from a list, a length that is not in it is an error of the run. Only the weights, once a
    // model has listed them, know the path then.
    const { name } = (this.cells[0] as RecurrentCell<State>).inputWeight;
    const path = name.replace(/\.?cells\.0\.inputWeight$/, "");
    const label = `lengths of ${this}${path && ` "${path}"`}`;
    const checked = arange(steps + 1).take(lengths, 0, label);
    return arange(steps).unsqueeze(1).less(checked).unsqueeze(2);
  }

  #checkDropout(p: number): number {
    checkDropProbability(String(this), p, "dropout");
    if (p === 0 || this.layers > 1) return p;
    throw new ArgumentError(
      `${this}: received dropout ${p} with 1 layer, expected at least 2: it stands between layers; ` +
        "for the output there is Dropout.",
    );
  }

  #mend(shape: Shape): string | undefined {
    const { inputSize, hiddenSize } = this;
    if (shape.length === 2 && shape[1] === inputSize) {
      return "give a single sequence a batch axis with .unsqueeze(0)";
    }
    if (shape.length !== 3) return undefined;
    return `a layer for this input would be ${this.constructor.name}(${shape[2]}, ${hiddenSize})`;
  }

  override toString(): string {
    return `${this.constructor.name}(${this.inputSize}, ${this.hiddenSize})`;
  }
}

/** One cell over a sequence (T, N, ...): hidden states (T, N, hiddenSize) and what it ends with. */
function iterate<State>(
  cell: RecurrentCell<State>,
  sequence: Tensor,
  start: readonly Tensor[],
  valid: Tensor | null,
  reverse: boolean,
): { output: Tensor; carries: readonly Tensor[] } {
  const { form } = cell;
  const projected = cell.project(sequence);
  const { carries, outputs } = scan(
    (before, slices) => {
      const [gates, counts] = slices as [Tensor, Tensor?];
      const next = form.split(cell.step(gates, form.join(before)));
      const hidden = next[0] as Tensor;
      if (!counts) return { carries: next, outputs: [hidden] };
      return {
        carries: next.map((each, part) => where(counts, each, before[part] as Tensor)),
        outputs: [where(counts, hidden, 0)],
      };
    },
    { carries: start, sequences: valid ? [projected, valid] : [projected], reverse },
  );
  return { output: outputs[0] as Tensor, carries };
}
