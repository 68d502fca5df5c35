import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  type LSTMState,
  Module,
  type RecurrentInput,
  type RecurrentOptions,
  type RecurrentOutput,
  RNN,
  RNNCell,
} from "../../src/nn/index.js";
import {
  compile,
  concatenate,
  full,
  gradients,
  manualSeed,
  ones,
  type Parameter,
  randn,
  slice,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";
import { expectElements, leaf } from "./values.js";

const list = (x: Tensor): number[] => [...x.dataSync()];
const expectSame = (actual: Tensor, expected: Tensor): void => {
  expect(actual.shape).toEqual(expected.shape);
  expectElements(actual, list(expected));
};
/** (N, T, ...) with time running the other way. */
const flip = (x: Tensor): Tensor => x.at(slice(), slice(undefined, undefined, -1));
const steps = (x: Tensor, start: number, end?: number): Tensor => x.at(slice(), slice(start, end));
const lengthsOf = (...lengths: number[]): Tensor => tensor(Int32Array.from(lengths));

type Cell<State> = Module<[Tensor, State?], State>;
type Layer<State> = Module<[Tensor, RecurrentInput<State>?], RecurrentOutput<State>> & {
  readonly cells: readonly Cell<State>[];
};

const size = fc.integer({ min: 1, max: 4 });
const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (example: T) => void): void =>
  fc.assert(fc.property(arbitrary, check), { numRuns: 20, seed: 42 });

describe("cells by hand", () => {
  test("RNN: tanh(W x + b + U h + c)", () => {
    const cell = new RNNCell(1, 1);
    cell.loadStateDict(
      new Map([
        ["inputWeight", tensor([[2]])],
        ["hiddenWeight", tensor([[-0.5]])],
        ["inputBias", tensor([0.25])],
        ["hiddenBias", tensor([-1])],
      ]),
    );
    expectElements(cell.forward(tensor([[1]]), tensor([[0.5]])), [Math.tanh(2 + 0.25 - 0.25 - 1)]);
  });

  test("LSTM: a closed input gate and an open forget gate keep the cell state", () => {
    const cell = new LSTMCell(1, 1, { bias: false });
    cell.inputWeight.assign(tensor([[-100], [100], [0], [100]]));
    cell.hiddenWeight.assign(zeros([4, 1]));
    const next = cell.forward(tensor([[1]]), { hidden: tensor([[0]]), cell: tensor([[0.75]]) });
    expectElements(next.cell, [0.75]);
    expectElements(next.hidden, [Math.tanh(0.75)]);
  });

  test("GRU: the reset gate closes on the hidden bias too, an open update gate keeps the state", () => {
    const cell = new GRUCell(1, 1);
    cell.hiddenWeight.assign(ones([3, 1]));
    cell.inputBias?.assign(zeros([3]));
    cell.hiddenBias?.assign(tensor([0, 0, 5]));
    const next = (reset: number, update: number): Tensor => {
      cell.inputWeight.assign(tensor([[reset], [update], [0.5]]));
      return cell.forward(tensor([[1]]), tensor([[-0.25]]));
    };
    expectElements(next(-100, -100), [Math.tanh(0.5)]);
    expectElements(next(100, -100), [Math.tanh(0.5 - 0.25 + 5)]);
    expectElements(next(100, 100), [-0.25]);
  });
});

/** What holds of every kind of layer; `map` applies a function to each tensor of a state. */
function describeLayer<State>(
  name: string,
  make: (inputs: number, hidden: number, options?: RecurrentOptions) => Layer<State>,
  map: (state: State, fn: (part: Tensor) => Tensor) => State,
): void {
  const sizes = fc.record({ samples: size, time: size, inputs: size, hidden: size, layers: size });
  const partsOf = (state: State): Tensor[] => {
    const parts: Tensor[] = [];
    map(state, (part) => {
      parts.push(part);
      return part;
    });
    return parts;
  };
  const expectSameState = (actual: State, expected: State): void => {
    const wanted = partsOf(expected);
    partsOf(actual).forEach((part, index) => {
      expectSame(part, wanted[index] as Tensor);
    });
  };

  describe(name, () => {
    test("has the shapes that it promises, and starts within 1 / sqrt(hiddenSize)", () => {
      holds(fc.tuple(sizes, fc.boolean()), ([{ samples, time, inputs, hidden, layers }, both]) => {
        const layer = make(inputs, hidden, { layers, bidirectional: both });
        const directions = both ? 2 : 1;
        const { output, state } = layer.forward(zeros([samples, time, inputs]));
        expect(output.shape).toEqual([samples, time, directions * hidden]);
        for (const part of partsOf(state)) {
          expect(part.shape).toEqual([layers * directions, samples, hidden]);
        }
        expect(layer.parameters().length).toBe(4 * layers * directions);
        const largest = layer.parameters().map((each) => each.abs().max().itemSync());
        expect(Math.max(...largest)).toBeLessThanOrEqual(Math.fround(1 / Math.sqrt(hidden)));
      });
    });

    test("its cell, step by step, gives what it gives", () => {
      holds(sizes, ({ samples, time, inputs, hidden }) => {
        const layer = make(inputs, hidden);
        const [cell] = layer.cells as [Cell<State>];
        const input = randn([samples, time, inputs]);
        const { output, state } = layer.forward(input);
        let reached: State | undefined;
        for (let t = 0; t < time; t++) {
          reached = cell.forward(input.at(slice(), t), reached);
          expectSame(output.at(slice(), t), partsOf(reached)[0] as Tensor);
        }
        expectSameState(
          map(state, (part) => part.at(0)),
          reached as State,
        );
      });
    });

    test("a state that is handed on continues the run", () => {
      holds(sizes, ({ samples, time, inputs, hidden, layers }) => {
        const layer = make(inputs, hidden, { layers });
        const input = randn([samples, time + 2, inputs]);
        const whole = layer.forward(input);
        const first = layer.forward(steps(input, 0, time));
        const second = layer.forward(steps(input, time), { initialState: first.state });
        expectSame(concatenate([first.output, second.output], 1), whole.output);
        expectSameState(second.state, whole.state);
      });
    });

    test("no gradient flows back into a detached state", () => {
      const layer = make(2, 3);
      const input = leaf([
        [
          [1, 2],
          [3, 4],
        ],
      ]);
      const { state } = layer.forward(steps(input, 0, 1));
      const reaches = (initialState: State): boolean => {
        const { output } = layer.forward(steps(input, 1), { initialState });
        const [gradient] = gradients(output.sum(), [input]) as [Tensor];
        return list(gradient.at(0, 0)).some((each) => each !== 0);
      };
      expect(reaches(state)).toBe(true);
      expect(reaches(map(state, (part) => part.detach()))).toBe(false);
    });

    test("the backward direction is the forward one of the reversed sequence", () => {
      holds(sizes, ({ samples, time, inputs, hidden }) => {
        const both = make(inputs, hidden, { bidirectional: true });
        const alone = make(inputs, hidden);
        const backwards = [...both.stateDict()].filter(([path]) => path.startsWith("cells.1."));
        alone.loadStateDict(
          new Map(backwards.map(([path, value]) => [path.replace("cells.1.", "cells.0."), value])),
        );
        const input = randn([samples, time, inputs]);
        const { output, state } = both.forward(input);
        const reversed = alone.forward(flip(input));
        expectSame(output.at(slice(), slice(), slice(hidden)), flip(reversed.output));
        expectSameState(
          map(state, (part) => part.at(slice(1))),
          reversed.state,
        );
      });
    });

    test("each sequence of a padded batch gives what it gives alone, whatever the padding", () => {
      const batch = fc.record({
        lengths: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
        hidden: size,
        layers: fc.integer({ min: 1, max: 2 }),
        padding: fc.constantFrom(0, 7, Number.NaN, Number.POSITIVE_INFINITY),
      });
      holds(batch, ({ lengths, hidden, layers, padding }) => {
        const layer = make(2, hidden, { layers, bidirectional: true });
        const samples = lengths.map((length) => randn([1, length, 2]));
        const missing = lengths.map((length) => 4 - length);
        const padded = samples.map((sample, index) =>
          concatenate([sample, full([1, missing[index] as number, 2], padding)], 1),
        );
        const drawn = layer.forward(randn([lengths.length, 1, 2]));
        const together = layer.forward(concatenate(padded), {
          initialState: drawn.state,
          lengths: lengthsOf(...lengths),
        });
        samples.forEach((sample, index) => {
          const own = slice(index, index + 1);
          const ofOwn = (part: Tensor): Tensor => part.at(slice(), own);
          const alone = layer.forward(sample, { initialState: map(drawn.state, ofOwn) });
          const rest = zeros([1, missing[index] as number, 2 * hidden]);
          expectSame(together.output.at(own), concatenate([alone.output, rest], 1));
          expectSameState(map(together.state, ofOwn), alone.state);
        });
      });
    });

    test("padding has no influence on gradients, even if it is NaN", () => {
      const layer = make(1, 2, { bidirectional: true });
      const parameters = layer.parameters();
      const gradientsOf = (input: Tensor, options?: RecurrentInput<State>): Tensor[] =>
        gradients(layer.forward(input, options).output.square().sum(), parameters);
      const expected = gradientsOf(tensor([[[1], [2]]]));
      const padded = tensor([[[1], [2], [Number.NaN]]]);
      gradientsOf(padded, { lengths: lengthsOf(2) }).forEach((gradient, index) => {
        expectSame(gradient, expected[index] as Tensor);
      });
    });

    test("other lengths do not compile anew, and one out of range changes nothing", () => {
      const model = new Holder(make(1, 2));
      const { layer } = model;
      const weight = model.parameters()[0] as Parameter;
      let captures = 0;
      const run = compile((lengths: Tensor) => {
        captures++;
        const { output } = layer.forward(ones([2, 4, 1]), { lengths });
        weight.assign(weight.add(1));
        return output.abs().greater(0).cast("float32").sum([1, 2]);
      });
      expectElements(run(lengthsOf(4, 1)), [8, 2]);
      expectElements(run(lengthsOf(0, 3)), [0, 6]);
      const before = list(weight);
      for (const length of [-1, 5]) {
        expect(() => run(lengthsOf(4, length))).toThrow(
          `lengths of ${name}(1, 2) "layer": received index ${length}, expected 0 to 4`,
        );
      }
      expect(list(weight)).toEqual(before);
      expect(captures).toBe(1);
    });
  });
}

class Holder<State> extends Module {
  constructor(readonly layer: Layer<State>) {
    super();
  }
  forward(input: Tensor): Tensor {
    return this.layer.forward(input).output;
  }
}

const onHidden = (state: Tensor, fn: (part: Tensor) => Tensor): Tensor => fn(state);
const onBoth = ({ hidden, cell }: LSTMState, fn: (part: Tensor) => Tensor): LSTMState => ({
  hidden: fn(hidden),
  cell: fn(cell),
});

describeLayer("RNN", (inputs, hidden, options) => new RNN(inputs, hidden, options), onHidden);
describeLayer("LSTM", (inputs, hidden, options) => new LSTM(inputs, hidden, options), onBoth);
describeLayer("GRU", (inputs, hidden, options) => new GRU(inputs, hidden, options), onHidden);

describe("dropout", () => {
  test("drops between layers while training, and nothing of the output", () => {
    manualSeed(3);
    const lstm = new LSTM(2, 8, { layers: 2, dropout: 0.9 });
    const input = randn([2, 5, 2]);
    const run = (): number[] => list(lstm.forward(input).output);
    expect(run()).not.toEqual(run());
    expect(run()).not.toContain(0);
    lstm.eval();
    expect(run()).toEqual(run());
  });
});

describe("bad options", () => {
  const unchecked = <T>(value: unknown): T => value as T;

  test.each([
    ["RNN(0, 2): received inputSize 0", () => new RNN(0, 2)],
    ["LSTM(2, 1.5): received hiddenSize 1.5", () => new LSTM(2, 1.5)],
    ['GRU(2, 3): received layers "2"', () => new GRU(2, 3, { layers: unchecked("2") })],
    [
      'LSTM(2, 3): received an option named "numLayers", expected names among layers,',
      () => new LSTM(2, 3, unchecked({ numLayers: 2 })),
    ],
    [
      'GRU(2, 3): received an option named "nonlinearity"',
      () => new GRU(2, 3, unchecked({ nonlinearity: "relu" })),
    ],
    ["LSTM(2, 3): received 4 as the options", () => new LSTM(2, 3, unchecked(4))],
    [
      'RNNCell(2, 3): received nonlinearity "gelu", expected "tanh" or "relu".',
      () => new RNN(2, 3, { nonlinearity: unchecked("gelu") }),
    ],
    [
      "LSTM(2, 3): received dropout 1, expected 0 <= dropout < 1; it is the share of elements to",
      () => new LSTM(2, 3, { layers: 2, dropout: 1 }),
    ],
    [
      "LSTM(2, 3): received dropout 0.5 with 1 layer, expected at least 2",
      () => new LSTM(2, 3, { dropout: 0.5 }),
    ],
    ["LSTMCell(2, 0): received hiddenSize 0", () => new LSTMCell(2, 0)],
    [
      'GRU(2, 3): received bidirectional "no", expected true or false',
      () => new GRU(2, 3, { bidirectional: unchecked("no") }),
    ],
    [
      "GRUCell(2, 3): received bias 1, expected true or false",
      () => new GRU(2, 3, { bias: unchecked(1) }),
    ],
    [
      'LSTMCell(2, 3): received dtype "int8", expected "float32"',
      () => new LSTMCell(2, 3, { dtype: unchecked("int8") }),
    ],
    [
      "LSTMCell(2, 3): received null as the initial state, expected a plain object of hidden, cell.",
      () => new LSTMCell(2, 3).forward(ones([1, 2]), unchecked(null)),
    ],
    [
      'GRUCell(2, 3): received an option named "layers"',
      () => new GRUCell(2, 3, unchecked({ layers: 1 })),
    ],
    [
      "LSTM(2, 3): received a Tensor as the options, expected a plain object of initialState, lengths.",
      () => new LSTM(2, 3).forward(ones([1, 4, 2]), unchecked(lengthsOf(4))),
    ],
  ])("%s", (message, act) => {
    expect(act).toThrow(message);
  });
});
