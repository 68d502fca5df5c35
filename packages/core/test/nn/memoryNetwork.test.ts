import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import * as nn from "../../src/nn/index.js";
import {
  compile,
  gradients,
  manualSeed,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";
import { expectElements } from "./values.js";

type Sentence = readonly number[];

const asWords = (sentences: readonly Sentence[]): Tensor => tensor(sentences, { dtype: "int32" });

function build(options: nn.MemoryNetworkOptions): nn.MemoryNetwork {
  manualSeed(3);
  return new nn.MemoryNetwork(6, 4, { initializer: nn.init.normal(), ...options });
}

const question = asWords([[5, 1]]);

const answer = (network: nn.MemoryNetwork, facts: readonly Sentence[]): number[] => [
  ...network.forward(asWords(facts).unsqueeze(0), question).dataSync(),
];

describe("MemoryNetwork", () => {
  test("golden values", () => {
    const network = new nn.MemoryNetwork(3, 1, { hops: 1, positionEncoding: false, capacity: 3 });
    const [a, c] = network.words as [nn.Embedding, nn.Embedding];
    const [timeA, timeC] = network.times as [nn.Parameter, nn.Parameter];
    a.weight.assign(tensor([[7], [1], [2]]));
    c.weight.assign(tensor([[7], [3], [-1]]));
    timeA.assign(tensor([[9], [0.5], [-0.5]]));
    timeC.assign(tensor([[9], [1], [2]]));
    const input = [
      asWords([
        [1, 2],
        [1, 0],
      ]).unsqueeze(0),
      asWords([[1, 0]]),
    ] as const;
    // u = 1, m = (1 + 2 + 0.5, 1 - 0.5), c = (3 - 1 + 1, 3 + 2)
    const p = 1 / (1 + Math.exp(-3));
    expectElements(network.attention(...input), [p, 1 - p]);
    const state = 1 + 3 * p + 5 * (1 - p);
    expectElements(network.forward(...input), [7 * state, 3 * state, -state]);
  });

  test.each<[nn.MemoryNetworkOptions, string[]]>([
    [{ hops: 2 }, ["words.0.weight", "words.1.weight", "words.2.weight"]],
    [{ hops: 1, capacity: 3 }, ["times.0", "times.1", "words.0.weight", "words.1.weight"]],
    [
      { hops: 3, tying: "layerWise", capacity: 3 },
      [
        ...["answer.weight", "between.weight", "question.weight"],
        ...["times.0", "times.1", "words.0.weight", "words.1.weight"],
      ],
    ],
  ])("hops share parameters: %j", (options, names) => {
    expect([...build(options).stateDict().keys()].sort()).toEqual(names);
  });

  test("starts from N(0, 0.1^2)", () => {
    manualSeed(5);
    const network = new nn.MemoryNetwork(50, 20, { tying: "layerWise" });
    for (const parameter of network.parameters()) {
      const values = [...parameter.dataSync()];
      const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
      // 5 standard deviations of the estimate.
      expect(Math.abs(square / 0.01 - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
    }
  });

  const facts = [
    [1, 2],
    [3, 4],
  ];
  const withWordsSwapped = facts.map(([first, second]) => [second, first] as number[]);
  const withFactsSwapped = [...facts].reverse();

  test("the order of words counts with position encoding only", () => {
    const bag = build({ positionEncoding: false });
    expectElements(tensor(answer(bag, facts)), answer(bag, withWordsSwapped));
    const ordered = build({});
    expect(answer(ordered, facts)).not.toEqual(answer(ordered, withWordsSwapped));
  });

  test("the order of facts counts with temporal encoding only", () => {
    const timeless = build({});
    expectElements(tensor(answer(timeless, facts)), answer(timeless, withFactsSwapped));
    const ordered = build({ capacity: 2 });
    expect(answer(ordered, facts)).not.toEqual(answer(ordered, withFactsSwapped));
  });

  test("short stories have the times of the newest facts", () => {
    const network = build({ capacity: 5 });
    const [time] = network.times as [nn.Parameter];
    const cost = network.forward(asWords(facts).unsqueeze(0), question).square().sum();
    const [gradient] = gradients(cost, [time]) as [Tensor];
    const rows = Array.from({ length: 5 }, (_, row) => gradient.at(row).abs().max().itemSync());
    expect(rows.map((largest) => largest > 0)).toEqual([false, false, false, true, true]);
  });

  test("attention is a distribution over the facts for each hop", () => {
    const network = build({ hops: 3, capacity: 4 });
    const attend = compile((story: Tensor) => network.attention(story, question));
    const shares = attend(asWords([...facts, [2, 2]]).unsqueeze(0));
    expect(shares.shape).toEqual([1, 3, 3]);
    expectElements(shares.sum(2), [1, 1, 1]);
    expect(shares.min().itemSync()).toBeGreaterThan(0);
  });

  test("bytes do as words", () => {
    const network = build({});
    const story = asWords(facts).unsqueeze(0);
    const bytes = network.forward(story.cast("uint8"), question.cast("uint8"));
    expect([...bytes.dataSync()]).toEqual(answer(network, facts));
  });

  test("a word out of the vocabulary is named, with the path of its table", () => {
    class Model extends nn.Module {
      readonly memory = build({ hops: 1, tying: "layerWise" });
      forward(story: Tensor): Tensor {
        return this.memory.forward(story, question);
      }
    }
    const model = new Model();
    model.parameters();
    expect(() => model.forward(asWords([[6, 0]]).unsqueeze(0)).dataSync()).toThrow(
      'indices of Embedding(6, 4) "memory.words.0": received index 6, expected 0 to 5',
    );
  });

  test("a story has at least one fact", () => {
    const network = build({});
    expect(() => network.forward(zeros([1, 0, 2], "int32"), question)).toThrow(
      "MemoryNetwork(6, 4): received shape (1, 0, 2) for the story, expected at least one element " +
        "along axis 1.",
    );
  });

  test.each<[string, () => unknown, string]>([
    [
      "no vocabulary",
      () => new nn.MemoryNetwork(0, 4),
      "MemoryNetwork(0, 4): received vocabulary 0, expected an integer of at least 1.",
    ],
    ["half a feature", () => new nn.MemoryNetwork(5, 0.5), "received features 0.5"],
    ["no hop", () => build({ hops: 0 }), "MemoryNetwork(6, 4): received hops 0"],
    ["no capacity", () => build({ capacity: 0 }), "received capacity 0"],
    [
      "another tying",
      () => build({ tying: "none" as never }),
      'MemoryNetwork(6, 4): received tying "none", expected "adjacent" or "layerWise".',
    ],
    [
      "a misspelt option",
      () => build({ hop: 1 } as never),
      'MemoryNetwork: received an option named "hop"',
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(message);
  });
});
