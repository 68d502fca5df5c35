import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  functional,
  ModuleList,
  MultiheadAttention,
  type MultiheadAttentionOptions,
} from "../../src/nn/index.js";
import {
  arange,
  compile,
  concatenate,
  gradients,
  manualSeed,
  ones,
  rand,
  randn,
  slice,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";
import { gradcheck } from "../../src/testing/index.js";
import { expectElements, leaf } from "./values.js";

const attend = functional.scaledDotProductAttention;

const elements = (x: Tensor): number[] => Array.from(x.dataSync());

/** float32 rounding of a few dozen operations. */
const rounding = 1e-5;

/** Row `order[t]` in place of row t of (N, T, features). */
const reorder = (x: Tensor, order: readonly number[]): Tensor =>
  x.take(tensor(Int32Array.from(order)), 1);

/** True up to the diagonal. */
const past = (length: number): Tensor => arange(length).lessEqual(arange(length).unsqueeze(1));

describe("scaledDotProductAttention", () => {
  test("golden values", () => {
    // softmax of (1, 0) / sqrt(2) is (0.6697615, 0.3302385).
    const query = tensor([[1, 0]]);
    const key = tensor([
      [1, 0],
      [0, 1],
    ]);
    const value = tensor([
      [1, 10],
      [3, 20],
    ]);
    expectElements(attend(query, key, value), [1.660477, 13.302385], 1e-6);
  });

  test("an output lies between the least and the largest value", () => {
    const sizes = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(sizes, sizes, sizes, sizes, fc.nat(), (samples, queries, keys, width, seed) => {
        manualSeed(seed);
        const value = rand([samples, keys, 1]);
        const output = attend(
          randn([samples, queries, width]),
          randn([samples, keys, width]).mul(20),
          value,
        );
        expect(output.shape).toEqual([samples, queries, 1]);
        const bounds = [value.min(1, { keepDims: true }), value.max(1, { keepDims: true })];
        const [least, largest] = bounds as [Tensor, Tensor];
        expect(elements(output.greaterEqual(least.sub(rounding)))).not.toContain(0);
        expect(elements(output.lessEqual(largest.add(rounding)))).not.toContain(0);
      }),
      { numRuns: 30 },
    );
  });

  test("does not care in which order keys stand with their values", () => {
    const [query, key, value] = [randn([2, 3, 4]), randn([2, 5, 4]), randn([2, 5, 2])];
    const order = [3, 1, 4, 0, 2];
    const mixed = attend(query, reorder(key, order), reorder(value, order));
    expectElements(mixed, elements(attend(query, key, value)), rounding);
  });

  test("causal is the mask that is true up to the diagonal", () => {
    const [query, key, value] = [randn([2, 4, 3]), randn([2, 4, 3]), randn([2, 4, 3])];
    const causal = attend(query, key, value, { causal: true });
    expectElements(attend(query, key, value, { mask: past(4) }), elements(causal), rounding);
    // The first query sees the first key alone.
    expectElements(causal.at(slice(), 0), elements(value.at(slice(), 0)), rounding);
  });

  test("causal with more keys than queries leaves the last keys unseen", () => {
    const [query, key, value] = [randn([2, 3]), randn([4, 3]), randn([4, 1])];
    const some = attend(query, key.at(slice(0, 2)), value.at(slice(0, 2)), { causal: true });
    expectElements(attend(query, key, value, { causal: true }), elements(some), rounding);
  });

  test("a mask of bools is one of 0 and -Infinity to be added", () => {
    const [query, key, value] = [randn([2, 3, 4]), randn([2, 3, 4]), randn([2, 3, 4])];
    const mask = tensor([
      [true, false, true],
      [false, true, false],
      [true, true, true],
    ]);
    const infinite = Number.NEGATIVE_INFINITY;
    const added = tensor([
      [0, infinite, 0],
      [infinite, 0, infinite],
      [0, 0, 0],
    ]);
    const masked = attend(query, key, value, { mask });
    expect(elements(attend(query, key, value, { mask: added }))).toEqual(elements(masked));
    expectElements(masked.at(slice(), 1), elements(value.at(slice(), 1)), rounding);
  });

  test("both mask and causal have to allow a key", () => {
    const [query, key, value] = [randn([3, 2]), randn([3, 2]), randn([3, 1])];
    const mask = tensor([
      [true, true, true],
      [false, true, true],
      [false, false, true],
    ]);
    expectElements(attend(query, key, value, { mask, causal: true }), elements(value), rounding);
  });

  describe("a query that may attend to nothing", () => {
    const nothing = Number.NEGATIVE_INFINITY;
    const masks: [string, Tensor][] = [
      [
        "bools",
        tensor([
          [true, true],
          [false, false],
        ]),
      ],
      [
        "numbers",
        tensor([
          [0, 0],
          [nothing, nothing],
        ]),
      ],
    ];

    test.each(masks)("gets zeros, and gives its query no gradient: mask of %s", (_, mask) => {
      const inputs = [
        leaf([
          [1, 2],
          [3, 4],
        ]),
        leaf([
          [1, 0],
          [0, 1],
        ]),
        leaf([[5], [7]]),
      ] as const;
      const [query, key, value] = inputs;
      const output = attend(query, key, value, { mask });
      expect(elements(output)[1]).toBe(0);
      const [ofQuery, ...others] = gradients(output.square().sum(), inputs);
      expect(elements((ofQuery as Tensor).at(1))).toEqual([0, 0]);
      for (const each of others) {
        expect(elements(each)).toSatisfy((all: number[]) => all.every(Number.isFinite));
        expect(elements(each)).not.toEqual(elements(zeros(each.shape)));
      }
      gradcheck((...given) => attend(given[0] as Tensor, key, value, { mask }), [query]);
    });

    test("NaN among the scores is not taken for it", () => {
      const query = tensor([[Number.NaN], [1]]);
      const output = attend(query, ones([2, 1]), ones([2, 1]), { mask: past(2) });
      expect(elements(output)).toEqual([Number.NaN, 1]);
    });
  });

  test("dropout drops weights and keeps their expectation", () => {
    manualSeed(3);
    const [query, key, value] = [zeros([2000, 1]), zeros([4, 1]), ones([4, 1])];
    const output = elements(attend(query, key, value, { dropout: 0.5 }));
    // Each of four weights of 1/4 is dropped, or doubled.
    expect([...new Set(output)].sort()).toEqual([0, 0.5, 1, 1.5, 2]);
    const mean = output.reduce((sum, each) => sum + each, 0) / output.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.05);
  });

  const x = ones([2, 3, 4]);
  test.each<[string, () => Tensor]>([
    [
      "received query (2, 3, 4), key (2, 4, 3) and value (2, 3, 4), expected (..., T, d), (..., S, " +
        "d) and (..., S, e); is the key transposed?",
      () => attend(x, x.transpose(), x),
    ],
    [
      "received query (2, 3, 4), key (2, 5, 4) and value (2, 3, 4)",
      () => attend(x, ones([2, 5, 4]), x),
    ],
    ["received query (4,), key (4,) and value (4,)", () => attend(ones([4]), ones([4]), ones([4]))],
    [
      "received int32 for the key, expected a floating dtype",
      () => attend(x, ones([2, 3, 4], "int32"), x),
    ],
    ["received 3 as the value, expected a Tensor", () => attend(x, x, 3 as never)],
    [
      "received a mask of shape (3, 4), expected one that broadcasts to (2, 3, 3)",
      () => attend(x, x, x, { mask: ones([3, 4], "bool") }),
    ],
    [
      "received a mask of shape (1, 2, 3, 3), expected one that broadcasts to (2, 3, 3)",
      () => attend(x, x, x, { mask: ones([1, 2, 3, 3], "bool") }),
    ],
    [
      "received a mask of int32, expected bool, true where a query may attend to a key, or float32",
      () => attend(x, x, x, { mask: ones([3, 3], "int32") }),
    ],
    [
      "received true as the mask, expected a Tensor",
      () => attend(x, x, x, { mask: true as never }),
    ],
    [
      'received causal "yes", expected true or false',
      () => attend(x, x, x, { causal: "yes" as never }),
    ],
    ['received an option named "isCausal"', () => attend(x, x, x, { isCausal: true } as object)],
    [
      "scaledDotProductAttention: received dropout 1, expected 0 <= dropout < 1",
      () => attend(x, x, x, { dropout: 1 }),
    ],
    ["received 0 as the mask, expected a Tensor", () => attend(x, x, x, { mask: 0 as never })],
    [
      "received query (2, 3, 4), key (2, 0, 4) and value (2, 0, 4), expected (..., T, d), " +
        "(..., S, d) and (..., S, e) with at least one key.",
      () => attend(x, zeros([2, 0, 4]), zeros([2, 0, 4])),
    ],
  ])("refuses what does not fit: %s", (message, act) => {
    expect(act).toThrow(message);
  });
});

describe("MultiheadAttention", () => {
  const layer = (options: MultiheadAttentionOptions = {}): MultiheadAttention => {
    manualSeed(5);
    return new MultiheadAttention(6, 3, options);
  };
  const input = (): Tensor => randn([2, 4, 6]);

  test("has four projections, with names that PyTorch's packed ones split into", () => {
    const own = [...layer({ keyFeatures: 5, valueFeatures: 2 }).namedParameters()];
    expect(own.map(([name, { shape }]) => [name, ...shape])).toEqual([
      ["query.weight", 6, 6],
      ["query.bias", 6],
      ["key.weight", 6, 5],
      ["key.bias", 6],
      ["value.weight", 6, 2],
      ["value.bias", 6],
      ["output.weight", 6, 6],
      ["output.bias", 6],
    ]);
    const bare = [...layer({ bias: false }).namedParameters().keys()];
    expect(bare).toEqual(["query.weight", "key.weight", "value.weight", "output.weight"]);
  });

  test("starts with Glorot's bound, and biases of 0", () => {
    const attention = new MultiheadAttention(32, 4);
    const largest = (x: Tensor): number => x.abs().max().itemSync();
    expect(largest(attention.key.weight)).toBeLessThanOrEqual(Math.sqrt(6 / 64));
    expect(largest(attention.key.weight)).toBeGreaterThan(0.95 * Math.sqrt(6 / 64));
    expect(largest(attention.output.weight)).toBeLessThanOrEqual(1 / Math.sqrt(32));
    for (const [name, parameter] of attention.namedParameters()) {
      if (name.endsWith("bias")) expect(largest(parameter)).toBe(0);
    }
  });

  test("attends to itself when only the query is given", () => {
    const [attention, x] = [layer(), input()];
    const memory = randn([2, 3, 6]);
    expect(elements(attention.forward(x))).toEqual(elements(attention.forward(x, x, x)));
    expect(elements(attention.forward(x, memory))).toEqual(
      elements(attention.forward(x, memory, memory)),
    );
  });

  test("self-attention permutes with its inputs", () => {
    const [attention, x] = [layer(), input()];
    const permutations = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    fc.assert(
      fc.property(permutations, (order) => {
        const before = reorder(attention.forward(x), order);
        expectElements(attention.forward(reorder(x, order)), elements(before), rounding);
      }),
      { numRuns: 10 },
    );
  });

  test("causal: what comes later changes nothing, to the bit", () => {
    const [attention, x] = [layer(), input()];
    const output = attention.forward(x, x, x, { causal: true });
    for (const length of [1, 2, 3]) {
      const other = concatenate([x.at(slice(), slice(0, length)), randn([2, 4 - length, 6])], 1);
      const changed = attention.forward(other, other, other, { causal: true });
      const start = (all: Tensor): number[] => elements(all.at(slice(), slice(0, length)));
      expect(start(changed)).toEqual(start(output));
      expect(elements(changed.at(slice(), 3))).not.toEqual(elements(output.at(slice(), 3)));
    }
  });

  test("padding that the key mask leaves out is as if it were not there", () => {
    const [attention, x] = [layer(), input()];
    const keyMask = tensor([
      [true, true, true, false],
      [true, true, true, false],
    ]);
    const short = attention.forward(x.at(slice(), slice(0, 3)));
    for (const filling of [0, 1e3]) {
      const padded = concatenate([x.at(slice(), slice(0, 3)), ones([2, 1, 6]).mul(filling)], 1);
      const output = attention.forward(padded, padded, padded, { keyMask });
      expectElements(output.at(slice(), slice(0, 3)), elements(short), rounding);
    }
  });

  test("a query without any key gets the last bias", () => {
    const attention = layer();
    attention.output.bias?.assign(arange(6).cast("float32"));
    const x = input();
    const keyMask = tensor([
      [true, true, true, true],
      [false, false, false, false],
    ]);
    const output = attention.forward(x, x, x, { keyMask });
    expect(elements(output.at(1, 2))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(elements(output.at(0, 2))).not.toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("a mask to be added and a key mask come together", () => {
    const [attention, x] = [layer(), input()];
    const mask = randn([4, 4]);
    const keyMask = tensor([
      [true, true, false, true],
      [true, false, true, true],
    ]);
    const output = attention.forward(x, x, x, { mask, keyMask });
    const hidden = Number.NEGATIVE_INFINITY;
    const both = tensor([[[[0, 0, hidden, 0]]], [[[0, hidden, 0, 0]]]]).add(mask);
    expectElements(attention.forward(x, x, x, { mask: both }), elements(output), rounding);
  });

  test("drops weights while training only", () => {
    const attention = layer({ dropout: 0.5 });
    const [plain, x] = [layer(), input()];
    expect(elements(attention.forward(x))).not.toEqual(elements(plain.forward(x)));
    expect(elements(attention.eval().forward(x))).toEqual(elements(plain.forward(x)));
  });

  test("compiled equals eager", () => {
    const [attention, x] = [layer(), input()];
    const keyMask = rand([2, 4]).greater(0.3);
    const run = (given: Tensor, keys: Tensor): Tensor =>
      attention.forward(given, given, given, { causal: true, keyMask: keys });
    expect(elements(compile(run)(x, keyMask))).toEqual(elements(run(x, keyMask)));
  });

  test.each<[string, () => unknown]>([
    [
      "MultiheadAttention(6, 4): received heads 4, expected a divisor of features 6",
      () => new MultiheadAttention(6, 4),
    ],
    ["received heads 0, expected an integer of at least 1", () => new MultiheadAttention(6, 0)],
    ['received features "6"', () => new MultiheadAttention("6" as never, 3)],
    ["received keyFeatures 1.5", () => layer({ keyFeatures: 1.5 })],
    ["received valueFeatures -1", () => layer({ valueFeatures: -1 })],
    [
      "MultiheadAttention(6, 3): received dropout 1, expected 0 <= dropout < 1",
      () => layer({ dropout: 1 }),
    ],
    [
      'MultiheadAttention(6, 3): received bias "no", expected true or false',
      () => layer({ bias: "no" as never }),
    ],
    [
      'MultiheadAttention(6, 3): received dtype "int8", expected "float32"',
      () => layer({ dtype: "int8" as never }),
    ],
    ['received an option named "kdim"', () => layer({ kdim: 3 } as object)],
    [
      'MultiheadAttention(6, 3): received an option named "keyPaddingMask"',
      () => layer().forward(input(), undefined, undefined, { keyPaddingMask: 1 } as object),
    ],
    ["received 3 as the query, expected a Tensor", () => layer().forward(3 as never)],
  ])("refuses what does not fit: %s", (message, act) => {
    expect(act).toThrow(message);
  });

  test.each<[string, object]>([
    ["received 0 as the mask, expected a Tensor", { mask: 0 }],
    [
      "received a mask of shape (3, 4), expected one that broadcasts to (2, 3, 4, 4)",
      { mask: ones([3, 4], "bool") },
    ],
    ["received a mask of int32, expected bool", { mask: ones([4, 4], "int32") }],
    [
      "received a mask of int32, expected bool",
      { mask: ones([4, 4], "int32"), keyMask: ones([2, 4], "bool") },
    ],
    ["received false as the keyMask, expected a Tensor", { keyMask: false }],
    ["received causal 1, expected true or false", { causal: 1 }],
    ['received an option named "isCausal"', { isCausal: true }],
  ])("refuses masks by its path: %s", (message, masks) => {
    const model = new ModuleList([layer()]);
    const x = ones([2, 4, 6]);
    const act = (): Tensor => model.at(0).forward(x, x, x, masks);
    expect(act).toThrow(`MultiheadAttention(6, 3) "layers.0": ${message}`);
  });

  test("what is undefined is not given", () => {
    const [attention, x] = [layer(), input()];
    const masks = { mask: undefined, keyMask: undefined, causal: undefined } as object;
    expect(elements(attention.forward(x, x, x, masks))).toEqual(elements(attention.forward(x)));
  });

  test("queries may be none, keys not", () => {
    const [none, x] = [zeros([2, 0, 6]), ones([2, 4, 6])];
    expect(layer().forward(none, x).shape).toEqual([2, 0, 6]);
    expect(() => layer().forward(x, none)).toThrow(
      "MultiheadAttention(6, 3): received shape (2, 0, 6) for the key, expected at least one " +
        "element along axis 1.",
    );
  });
});
