import {
  ArgumentError,
  concatenate,
  DTypeError,
  nn,
  ones,
  ShapeError,
  type Tensor,
  tensor,
} from "@versant/core";
import { checkLayer, type Refusal } from "@versant/core/testing";
import { describe, test } from "vitest";
import { describeLayers, type LayerEntry } from "./describeLayers.js";

type DType = "float32" | "float64";
type Layer<State> = nn.Module<[Tensor, nn.RecurrentInput<State>?], nn.RecurrentOutput<State>>;
type Cell<State> = nn.Module<[Tensor, State?], State>;

/** How the tensors of a fixture make up a state, and the reverse. */
interface Form<State> {
  split(state: State): Tensor[];
  join(...tensors: Tensor[]): State;
}
const hiddenOnly: Form<Tensor> = {
  split: (hidden) => [hidden],
  join: (hidden) => hidden as Tensor,
};
const hiddenAndCell: Form<nn.LSTMState> = {
  split: ({ hidden, cell }) => [hidden, cell],
  join: (hidden, cell) => ({ hidden: hidden as Tensor, cell: cell as Tensor }),
};

const flat = (...tensors: readonly Tensor[]): Tensor =>
  concatenate(tensors.map((each) => each.reshape([-1])));

/** Calls as the fixture's: outputs and final states in one vector. */
function callsOf<State>({ split, join }: Form<State>) {
  const run = (layer: Layer<State>, input: Tensor, options: nn.RecurrentInput<State>): Tensor => {
    const { output, state } = layer.forward(input, options);
    return flat(output, ...split(state));
  };
  const from = (initial: readonly Tensor[]) =>
    initial.length > 0 ? { initialState: join(...initial) } : {};
  return {
    equal: (layer: Layer<State>, input: Tensor, ...initial: Tensor[]) =>
      run(layer, input, from(initial)),
    unequal: (layer: Layer<State>, input: Tensor, lengths: Tensor, ...initial: Tensor[]) =>
      run(layer, input, { lengths, ...from(initial) }),
    step: (cell: Cell<State>, input: Tensor, ...initial: Tensor[]) =>
      flat(...split(cell.forward(input, from(initial).initialState))),
  };
}
const withHidden = callsOf(hiddenOnly);
const withCell = callsOf(hiddenAndCell);

const refuses: readonly Refusal<Layer<never>>[] = [
  {
    call: (layer) => layer.forward(ones([2, 4, 5])),
    error: ShapeError,
    message: "received shape (2, 4, 5), expected (N, T, 2); a layer for this input would be ",
  },
  {
    call: (layer) => layer.forward(ones([4, 2])),
    error: ShapeError,
    message: "expected (N, T, 2); give a single sequence a batch axis with .unsqueeze(0).",
  },
  {
    call: (layer) => layer.forward(ones([1, 4, 2], "int32")),
    error: DTypeError,
    message: 'received int32, expected float32; convert the input with .cast("float32").',
  },
  {
    call: (layer) => layer.forward(ones([3, 4, 2]), { lengths: ones([2], "int32") }),
    error: ShapeError,
    message: "received shape (2,) for the lengths, expected (3,).",
  },
  {
    call: (layer) => layer.forward(ones([3, 4, 2]), { lengths: ones([3]) }),
    error: DTypeError,
    message: "received float32 for the lengths, expected int32 or uint8",
  },
  {
    call: (layer) => layer.forward(ones([3, 4, 2]), { lengths: [4, 2, 1] as never }),
    error: ArgumentError,
    message: "received a list of 3 as the lengths, expected a Tensor.",
  },
];

const refusesHidden: readonly Refusal<Layer<Tensor>>[] = [
  {
    call: (layer) => layer.forward(ones([2, 4, 2]), { initialState: ones([2, 3]) }),
    error: ShapeError,
    message: "received shape (2, 3) for the initial state, expected (1, 2, 3).",
  },
  {
    call: (layer) => layer.forward(ones([2, 4, 2]), { initialState: ones([1, 2, 3], "int32") }),
    error: DTypeError,
    message: "received int32 for the initial state, expected float32",
  },
];

const refusesCell: readonly Refusal<Layer<nn.LSTMState>>[] = [
  {
    call: (layer) => layer.forward(ones([2, 4, 2]), { initialState: ones([1, 2, 3]) as never }),
    error: ArgumentError,
    message: "received a Tensor as the initial state, expected a plain object of hidden, cell.",
  },
  {
    call: (layer) => layer.forward(ones([2, 4, 2]), { initialState: null as never }),
    error: ArgumentError,
    message: "received null as the initial state, expected a plain object of hidden, cell.",
  },
  {
    call: (layer) =>
      layer.forward(ones([2, 4, 2]), { initialState: { hidden: ones([1, 2, 3]) } as never }),
    error: ArgumentError,
    message: "received undefined as the initial cell state, expected a Tensor.",
  },
  {
    call: (layer) => layer.forward(ones([2, 4, 2]), { state: ones([1, 2, 3]) } as never),
    error: ArgumentError,
    message: 'received an option named "state", expected names among initialState, lengths.',
  },
  {
    call: (layer) =>
      layer.forward(ones([2, 4, 2]), {
        initialState: { hidden: ones([1, 2, 3]), cell: ones([1, 1, 3]) },
      }),
    error: ShapeError,
    message: "received shape (1, 1, 3) for the initial cell state, expected (1, 2, 3).",
  },
];

/** The configurations that every kind of layer has. */
function entries<State>(
  key: string,
  make: (hidden: number, options: nn.RecurrentOptions) => Layer<State>,
  { equal, unequal }: ReturnType<typeof callsOf<State>>,
  ofState: readonly Refusal<Layer<State>>[],
): Record<string, LayerEntry> {
  const entry = (hidden: number, options: nn.RecurrentOptions, call: LayerEntry["call"]) => ({
    make: (dtype: DType) => make(hidden, { ...options, dtype }),
    ...(call && { call }),
  });
  return {
    [key]: { ...entry(3, {}, equal), refuses: [...refuses, ...ofState] },
    [`${key}WithoutBias`]: entry(2, { bias: false }, equal),
    [`${key}WithState`]: entry(2, {}, equal),
    [`${key}Stacked`]: entry(2, { layers: 2 }, equal),
    [`${key}BothWays`]: entry(2, { bidirectional: true }, equal),
    [`${key}Unequal`]: entry(2, {}, unequal),
    [`${key}UnequalBothWays`]: entry(2, { bidirectional: true }, unequal),
  };
}

const stackedBothWays = { layers: 2, bidirectional: true };

describeLayers("recurrent", {
  ...entries("rnn", (hidden, options) => new nn.RNN(2, hidden, options), withHidden, refusesHidden),
  ...entries("lstm", (hidden, options) => new nn.LSTM(2, hidden, options), withCell, refusesCell),
  ...entries("gru", (hidden, options) => new nn.GRU(2, hidden, options), withHidden, refusesHidden),
  rnnRelu: {
    make: (dtype) => new nn.RNN(2, 3, { nonlinearity: "relu", dtype }),
    call: withHidden.equal,
  },
  rnnReluBothWays: {
    make: (dtype) => new nn.RNN(2, 2, { ...stackedBothWays, nonlinearity: "relu", dtype }),
    call: withHidden.equal,
  },
  lstmStackedBothWays: {
    make: (dtype) => new nn.LSTM(2, 1, { ...stackedBothWays, dtype }),
    call: withCell.equal,
  },
  gruStackedBothWays: {
    make: (dtype) => new nn.GRU(2, 1, { ...stackedBothWays, dtype }),
    call: withHidden.equal,
  },
  rnnCell: {
    make: (dtype) => new nn.RNNCell(2, 3, { dtype }),
    call: withHidden.step,
    refuses: [
      {
        call: (cell: nn.RNNCell) => cell.forward(ones([2, 4, 2])),
        error: ShapeError,
        message: "received shape (2, 4, 2), expected (N, 2).",
      },
      {
        call: (cell: nn.RNNCell) => cell.forward(ones([2, 2]), ones([1, 3])),
        error: ShapeError,
        message: "received shape (1, 3) for the initial state, expected (2, 3).",
      },
    ],
  },
  rnnCellRelu: {
    make: (dtype) => new nn.RNNCell(2, 3, { nonlinearity: "relu", dtype }),
    call: withHidden.step,
  },
  lstmCell: { make: (dtype) => new nn.LSTMCell(2, 2, { dtype }), call: withCell.step },
  gruCell: { make: (dtype) => new nn.GRUCell(2, 2, { dtype }), call: withHidden.step },
  gruCellWithoutBias: {
    make: (dtype) => new nn.GRUCell(2, 2, { bias: false, dtype }),
    call: withHidden.step,
  },
});

describe("without PyTorch", () => {
  const numbers = [0.5, -1, 2, 0.25, -0.75, 1.5, 1, -2, 0.125, -0.5, 3, 0.75];
  const sequences = tensor(numbers.map((each) => [each, 1 - each])).reshape([3, 4, 2]);
  const lengths = tensor(Int32Array.of(4, 0, 2));

  test("dropout between layers, and a sequence without steps", () =>
    checkLayer({
      make: (dtype) => new nn.LSTM(2, 3, { layers: 3, dropout: 0.5, dtype }),
      call: (lstm: nn.LSTM, input) => lstm.forward(input, { lengths }).output,
      inputs: [sequences],
      outputShape: [3, 4, 3],
    }));
});
