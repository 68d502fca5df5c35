import { describe, expect, test, vi } from "vitest";
import { crossEntropy } from "../../src/loss/index.js";
import {
  type DecoderMasks,
  Embedding,
  functional,
  Linear,
  Module,
  PositionalEmbedding,
  Sequential,
  SinusoidalEncoding,
  TransformerDecoder,
  TransformerDecoderLayer,
  TransformerEncoder,
  TransformerEncoderLayer,
  type TransformerOptions,
} from "../../src/nn/index.js";
import { Adam } from "../../src/optim/index.js";
import {
  compile,
  concatenate,
  manualSeed,
  ones,
  randn,
  slice,
  type Tensor,
  tensor,
} from "../../src/tensor/index.js";
import { expectElements } from "./values.js";

const elements = (x: Tensor): number[] => Array.from(x.dataSync());

/** float32 rounding of a few dozen operations. */
const rounding = 1e-5;

const small: TransformerOptions = { feedForward: 8, dropout: 0 };

function encoder(options: TransformerOptions = {}): TransformerEncoder {
  manualSeed(1);
  return new TransformerEncoder(4, 2, 2, { ...small, ...options });
}

function decoder(options: TransformerOptions = {}): TransformerDecoder {
  manualSeed(1);
  return new TransformerDecoder(4, 2, 2, { ...small, ...options });
}

const input = (): Tensor => {
  manualSeed(2);
  return randn([2, 4, 4]);
};

/** The first positions of x, and others after them. */
const withOtherFuture = (x: Tensor, length: number): Tensor =>
  concatenate([x.at(slice(), slice(0, length)), randn([2, 4 - length, 4])], 1);

const start = (x: Tensor, length: number): number[] => elements(x.at(slice(), slice(0, length)));

const last = (x: Tensor): number[] => elements(x.at(slice(), -1));

describe("TransformerEncoder", () => {
  test("permutes with its inputs, which positions put an end to", () => {
    const order = tensor(Int32Array.of(2, 0, 3, 1));
    const [stack, x] = [encoder(), input()];
    const permuted = elements(stack.forward(x).take(order, 1));
    expectElements(stack.forward(x.take(order, 1)), permuted, rounding);
    for (const positions of [new SinusoidalEncoding(4), new PositionalEmbedding(4, 4)]) {
      const placed = (each: Tensor): Tensor => stack.forward(positions.forward(each));
      const difference = placed(x.take(order, 1)).sub(placed(x).take(order, 1));
      expect(difference.abs().max().itemSync()).toBeGreaterThan(1e-3);
    }
  });

  test("causal: what comes later changes nothing, to the bit", () => {
    const [stack, x] = [encoder({ normFirst: true }), input()];
    const output = stack.forward(x, { causal: true });
    for (const length of [1, 2, 3]) {
      const changed = stack.forward(withOtherFuture(x, length), { causal: true });
      expect(start(changed, length)).toEqual(start(output, length));
      expect(last(changed)).not.toEqual(last(output));
    }
  });

  test("hands its masks to every layer", () => {
    const [stack, x] = [encoder(), input()];
    const keyMask = tensor([
      [true, true, false, true],
      [true, false, true, true],
    ]);
    const expected = stack.layers.reduce((each, layer) => layer.forward(each, { keyMask }), x);
    expect(elements(stack.forward(x, { keyMask }))).toEqual(elements(expected));
  });

  test("with normFirst normalises in the end", () => {
    const output = encoder({ normFirst: true }).forward(input());
    for (const each of elements(output.mean(2))) expect(each).toBeCloseTo(0, 5);
    for (const each of elements(output.variance(2))) expect(each).toBeCloseTo(1, 3);
    expect(encoder().norm).toBeNull();
  });

  test("drops while training only", () => {
    const [dropping, plain, x] = [encoder({ dropout: 0.5 }), encoder(), input()];
    expect(elements(dropping.forward(x))).not.toEqual(elements(plain.forward(x)));
    expect(elements(dropping.eval().forward(x))).toEqual(elements(plain.forward(x)));
  });

  test("compiled equals eager, in both modes", () => {
    const [stack, x] = [encoder({ dropout: 0.25, activation: "gelu" }), input()];
    const run = (each: Tensor): Tensor => stack.forward(each, { causal: true });
    const compiled = compile(run);
    for (const training of [true, false]) {
      if (!training) stack.eval();
      manualSeed(3);
      const expected = elements(run(x));
      manualSeed(3);
      expect(elements(compiled(x))).toEqual(expected);
    }
  });
});

describe("TransformerDecoder", () => {
  test("is causal unless told otherwise", () => {
    const [stack, x, memory] = [decoder(), input(), randn([2, 3, 4])];
    const output = stack.forward(x, memory);
    for (const causal of [true, undefined]) {
      const masks = { causal } as DecoderMasks;
      expect(elements(stack.forward(x, memory, masks))).toEqual(elements(output));
    }
    for (const length of [1, 2, 3]) {
      const other = withOtherFuture(x, length);
      expect(start(stack.forward(other, memory), length)).toEqual(start(output, length));
    }
    const open = { causal: false };
    expect(start(stack.forward(withOtherFuture(x, 1), memory, open), 1)).not.toEqual(
      start(stack.forward(x, memory, open), 1),
    );
  });

  test("reads the memory, in whatever order, but not where a mask hides it", () => {
    const [stack, x, memory] = [decoder({ normFirst: true }), input(), randn([2, 3, 4])];
    const output = stack.forward(x, memory);
    const mixed = memory.take(tensor(Int32Array.of(2, 0, 1)), 1);
    expectElements(stack.forward(x, mixed), elements(output), rounding);
    expect(last(stack.forward(x, memory.mul(2)))).not.toEqual(last(output));

    const shortened = stack.forward(x, memory.at(slice(), slice(0, 2)));
    const hidden = tensor([
      [true, true, false],
      [true, true, false],
    ]);
    const masks: DecoderMasks[] = [
      { memoryKeyMask: hidden },
      { memoryMask: hidden.at(0).expand([4, 3]) },
    ];
    for (const each of masks) {
      expectElements(stack.forward(x, memory, each), elements(shortened), rounding);
    }
  });

  test("compiled equals eager", () => {
    const [stack, x, memory] = [decoder(), input(), randn([2, 3, 4])];
    const run = (given: Tensor, other: Tensor): Tensor => stack.forward(given, other);
    expect(elements(compile(run)(x, memory))).toEqual(elements(run(x, memory)));
  });
});

describe("members", () => {
  const attention = (name: string): string[] =>
    ["query", "key", "value", "output"].flatMap((each) => both(`${name}.${each}`));
  const both = (name: string): string[] => [`${name}.weight`, `${name}.bias`];
  const own = [
    ...attention("selfAttention"),
    ...both("selfAttentionNorm"),
    ...both("feedForward.hidden"),
    ...both("feedForward.output"),
    ...both("feedForwardNorm"),
  ];

  test("of an encoder layer", () => {
    const names = [...new TransformerEncoderLayer(4, 2).namedParameters().keys()];
    expect(names).toEqual(own);
  });

  test("of a decoder layer", () => {
    const names = [...new TransformerDecoderLayer(4, 2).namedParameters().keys()];
    expect(names).toEqual([...own, ...attention("crossAttention"), ...both("crossAttentionNorm")]);
  });

  test("of a stack", () => {
    const names = [...encoder({ normFirst: true }).namedParameters().keys()];
    const layers = [0, 1].flatMap((index) => own.map((name) => `layers.${index}.${name}`));
    expect(names).toEqual([...layers, ...both("norm")]);
  });

  test("the hidden layer is 2048 wide unless told otherwise", () => {
    expect(new TransformerEncoderLayer(4, 2).feedForward.hidden.weight.shape).toEqual([2048, 4]);
  });
});

describe("positions", () => {
  test("sines and cosines, golden values", () => {
    expectElements(functional.sinusoidalEncoding(3, 4), [
      ...[0, 1, 0, 1],
      ...[0.841471, 0.540302, 0.0099998, 0.99995],
      ...[0.909297, -0.416147, 0.0199987, 0.9998],
    ]);
    expectElements(
      functional.sinusoidalEncoding(2, 3).at(1),
      [0.841471, 0.540302, 0.0021544],
      1e-6,
    );
  });

  test("are those of no engine's own functions", () => {
    const names = ["sin", "cos", "exp", "log"] as const;
    const spies = names.map((name) => vi.spyOn(Math, name));
    functional.sinusoidalEncoding(40, 8, "float64");
    const calls = spies.map((spy) => spy.mock.calls.length);
    vi.restoreAllMocks();
    expect(calls).toEqual(names.map(() => 0));
  });

  test("are accurate far from the start", () => {
    const table = functional.sinusoidalEncoding(4097, 7, "float64");
    const expected = Array.from({ length: 7 }, (_, feature) => {
      const angle = 4096 / 10_000 ** ((feature - (feature % 2)) / 7);
      return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    const row = table.dataSync().slice(-7);
    expected.forEach((value, feature) => {
      expect(Math.abs((row[feature] as number) - value)).toBeLessThan(1e-11);
    });
  });

  test("a step is a rotation, the same everywhere", () => {
    const table = functional.sinusoidalEncoding(50, 6);
    const products = table.matmul(table.transpose());
    const neighbours = Array.from({ length: 49 }, (_, t) => products.at(t, t + 1).itemSync());
    for (const each of neighbours) expect(each).toBeCloseTo(neighbours[0] as number, 5);
  });

  test("are added to whatever has as many features", () => {
    const layer = new SinusoidalEncoding(4);
    expect(elements(layer.forward(ones([2, 3, 4])).at(1))).toEqual(
      elements(functional.sinusoidalEncoding(3, 4).add(1)),
    );
    const embedding = new PositionalEmbedding(5, 4);
    const expected = elements(embedding.weight.at(slice(0, 3)).add(1));
    expect(elements(embedding.forward(ones([3, 4])))).toEqual(expected);
  });
});

test("a causal Transformer learns to say what came two places before", () => {
  manualSeed(4);
  class Echo extends Module {
    readonly layers = new Sequential(new Embedding(5, 16), new PositionalEmbedding(8, 16));
    readonly encoder = new TransformerEncoder(16, 2, 1, {
      feedForward: 32,
      dropout: 0,
      normFirst: true,
    });
    readonly output = new Linear(16, 5);

    forward(symbols: Tensor): Tensor {
      const hidden = this.encoder.forward(this.layers.forward(symbols), { causal: true });
      return this.output.forward(hidden.at(slice(), slice(2)));
    }
  }
  const model = new Echo();
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  const scores = (symbols: Tensor): Tensor => model.forward(symbols).reshape([-1, 5]);
  const wanted = (symbols: Tensor): Tensor => symbols.at(slice(), slice(0, 6)).reshape([-1]);
  const step = compile((symbols: Tensor) => {
    const cost = crossEntropy(scores(symbols), wanted(symbols));
    cost.backward();
    optimizer.step();
    return cost;
  });
  const draw = (): Tensor => randn([16, 8]).mul(1e4).cast("int32").remainder(5);
  for (let count = 0; count < 200; count++) step(draw());
  const fresh = draw();
  const right = scores(fresh).argmax(1).equal(wanted(fresh)).cast("float32").mean().itemSync();
  expect(right).toBeGreaterThan(0.95);
});

describe("refused", () => {
  const layer = (options: object): unknown => new TransformerEncoderLayer(4, 2, options);
  const x = ones([2, 3, 4]);
  test.each<[string, () => unknown]>([
    [
      'TransformerEncoderLayer(4, 2): received activation "tanh", expected "relu" or "gelu".',
      () => layer({ activation: "tanh" }),
    ],
    ["received normFirst 1, expected true or false", () => layer({ normFirst: 1 })],
    ["received feedForward 0, expected an integer of at least 1", () => layer({ feedForward: 0 })],
    ["received epsilon -1", () => layer({ epsilon: -1 })],
    [
      "TransformerEncoderLayer(4, 2): received dropout 2, expected 0 <= dropout < 1",
      () => layer({ dropout: 2 }),
    ],
    [
      'TransformerEncoderLayer(4, 2): received dtype "int8", expected "float32"',
      () => layer({ dtype: "int8" }),
    ],
    ['received an option named "dimFeedforward"', () => layer({ dimFeedforward: 8 })],
    [
      "received heads 3, expected a divisor of features 4",
      () => new TransformerDecoderLayer(4, 3, small),
    ],
    [
      "TransformerEncoder: received depth 0, expected an integer of at least 1",
      () => new TransformerEncoder(4, 2, 0),
    ],
    [
      "TransformerEncoder: received epsilon -1, expected a finite number of at least 0",
      () => new TransformerEncoder(4, 2, 1, { epsilon: -1 }),
    ],
    [
      "TransformerDecoder: received depth 1.5, expected an integer of at least 1",
      () => new TransformerDecoder(4, 2, 1.5),
    ],
    [
      'TransformerEncoderLayer(4, 2) "layers.0": received shape (2, 3, 5), expected (N, T, 4)',
      () => encoder().forward(ones([2, 3, 5])),
    ],
    [
      'TransformerDecoderLayer(4, 2) "layers.0": received an option named "memory", expected names ' +
        "among mask, causal",
      () => decoder().forward(x, x, { memory: x } as object),
    ],
    [
      'MultiheadAttention(4, 2) "layers.0.selfAttention": received an option named "padding"',
      () => encoder().forward(x, { padding: x } as object),
    ],
    [
      'MultiheadAttention(4, 2) "layers.0.crossAttention": received 0 as the mask, expected a Tensor',
      () => decoder().forward(x, x, { memoryMask: 0 } as object),
    ],
    [
      "SinusoidalEncoding(4): received int32, expected a floating dtype",
      () => new SinusoidalEncoding(4).forward(ones([2, 4], "int32")),
    ],
    [
      'sinusoidalEncoding: received dtype "int8"',
      () => functional.sinusoidalEncoding(2, 4, "int8" as never),
    ],
    ["SinusoidalEncoding: received features 0", () => new SinusoidalEncoding(0)],
    ["PositionalEmbedding(0, 4): received length 0", () => new PositionalEmbedding(0, 4)],
    [
      'PositionalEmbedding: received an option named "max"',
      () => new PositionalEmbedding(2, 4, { max: 1 } as object),
    ],
    [
      "sinusoidalEncoding: received length -1, expected an integer of at least 1",
      () => functional.sinusoidalEncoding(-1, 4),
    ],
  ])("%s", (message, act) => {
    expect(act).toThrow(message);
  });
});
