import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataLoader } from "../../src/data/index.js";
import { binaryCrossEntropyWithLogits } from "../../src/loss/index.js";
import { EmbeddingBag, Linear, Sequential } from "../../src/nn/index.js";
import { Adam } from "../../src/optim/index.js";
import { manualSeed, slice, type Tensor, tensor } from "../../src/tensor/index.js";
import { bags, pad, SequenceDataset } from "../../src/text/index.js";
import { Trainer } from "../../src/train/index.js";

/** A matrix as lists. */
const rowsOf = (matrix: Tensor): number[][] => {
  const [rows = 0, columns = 0] = matrix.shape;
  const values = [...matrix.dataSync()];
  return Array.from({ length: rows }, (_, row) => values.slice(row * columns, (row + 1) * columns));
};

const sequences = [[3, 1, 2], [], [4], [5, 6, 7, 8]];

describe("pad", () => {
  it("fills up and cuts", () => {
    const { indices, lengths, mask } = pad(sequences, { length: 3, paddingIndex: 9 });
    expect(rowsOf(indices)).toEqual([
      [3, 1, 2],
      [9, 9, 9],
      [4, 9, 9],
      [5, 6, 7],
    ]);
    expect([...lengths.dataSync()]).toEqual([3, 0, 1, 3]);
    expect([...mask.dataSync()]).toEqual([1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1]);
    expect(pad(sequences).indices.shape).toEqual([4, 4]);
  });

  it("refuses what are no indices", () => {
    expect(() => pad([])).toThrow("expected at least one");
    expect(() => pad([[1, -1]])).toThrow("holds -1");
    expect(() => pad(["abc"] as never)).toThrow("Vocabulary.encode makes them");
    expect(() => pad(sequences, { length: 0 })).toThrow("expected an integer of at least 1");
    expect(() => pad(sequences, { paddingIndex: 0.5 })).toThrow("paddingIndex 0.5");
    expect(() => pad([[1]], { length: 2 ** 40 })).toThrow("length 1099511627776, expected at most");
    expect(() => pad(sequences, { length: 2 ** 30 })).toThrow("4 sequences for rows of 1073741824");
  });
});

describe("bags", () => {
  it("are what padded rows are to an EmbeddingBag", () => {
    const texts = [
      [3, 1, 2],
      [4, 4],
      [5, 6, 7, 8],
    ];
    const bag = new EmbeddingBag(9, 5, { paddingIndex: 0 });
    const open = bags(texts);
    const rows = bag.forward(pad(texts).indices);
    expect([...bag.forward(open.indices, { offsets: open.offsets }).dataSync()]).toEqual([
      ...rows.dataSync(),
    ]);
    const closed = new EmbeddingBag(9, 5, { includeLastOffset: true });
    closed.weight.assign(bag.weight);
    const { indices, offsets } = bags(texts, { capacity: 20 });
    expect(indices.shape).toEqual([20]);
    expect([...closed.forward(indices, { offsets }).dataSync()]).toEqual([...rows.dataSync()]);
  });

  it("refuses more than their capacity, and nothing at all", () => {
    expect(() => bags(sequences, { capacity: 7 })).toThrow("received 8 indices, expected at most");
    expect(() => bags([[]])).toThrow("all sequences are empty");
  });
});

describe("SequenceDataset", () => {
  it("gives any rows, padded", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(99), { maxLength: 6 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 7 }),
        fc.nat(5),
        (texts, length, row) => {
          const labels = tensor(Int32Array.from(texts, (_, index) => index));
          const options = { length, paddingIndex: 100 };
          const rows = Int32Array.of(row % texts.length, 0);
          const [inputs, targets] = new SequenceDataset(texts, labels, options).take(tensor(rows));
          const expected = pad(
            [...rows].map((each) => texts[each] ?? []),
            options,
          ).indices;
          expect(rowsOf(inputs)).toEqual(rowsOf(expected));
          expect([...targets.dataSync()]).toEqual([...rows]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("pads targets that are sequences", () => {
    const dataset = new SequenceDataset(sequences, sequences, { targetPadding: 42 });
    const [, targets] = dataset.take(tensor(Int32Array.of(2, 0)), 3);
    expect(rowsOf(targets)).toEqual([
      [4, 42, 42],
      [3, 1, 2],
    ]);
  });

  it("keeps what is cut out, however many tokens a batch is asked for", () => {
    const dataset = new SequenceDataset(sequences, sequences, { length: 3, targetPadding: -100 });
    expect([...dataset.lengths]).toEqual([3, 0, 1, 3]);
    const [inputs, targets] = dataset.take(tensor(Int32Array.of(3, 2)), 4);
    expect(rowsOf(inputs)).toEqual([
      [5, 6, 7],
      [4, 0, 0],
    ]);
    expect(rowsOf(targets)).toEqual([
      [5, 6, 7],
      [4, -100, -100],
    ]);
  });

  it("lets the Trainer train an EmbeddingBag on texts of unequal length", async () => {
    manualSeed(1);
    // Texts with the word 1 are of class 1.
    const texts = Array.from({ length: 60 }, (_, index) =>
      Array.from({ length: 1 + (index % 7) }, (_, at) =>
        index % 2 && at === 0 ? 1 : 2 + ((index + at) % 8),
      ),
    );
    const labels = tensor(Float32Array.from(texts, (_, index) => index % 2)).unsqueeze(1);
    const model = new Sequential(new EmbeddingBag(10, 8, { paddingIndex: 0 }), new Linear(8, 1));
    const trainer = new Trainer({
      model,
      loss: binaryCrossEntropyWithLogits,
      optimizer: new Adam(model.parameters(), { learningRate: 0.1 }),
    });
    const train = new DataLoader(new SequenceDataset(texts, labels), { batchSize: 20 });
    await trainer.fit({ train, epochs: 30 });
    expect((await trainer.evaluate(train)).loss).toBeLessThan(0.05);
  });

  it("refuses targets that do not fit", () => {
    const labels = tensor(Int32Array.of(1, 2));
    expect(() => new SequenceDataset(sequences, labels)).toThrow("first axis for 4 sequences");
    expect(() => new SequenceDataset([[1, 2]], [[1]])).toThrow("has 2 tokens and its target 1");
    expect(() => new SequenceDataset([[1]], [[1], [2]])).toThrow("2 targets for 1 sequences");
    expect(() => new SequenceDataset([[1]], [[1]])).toThrow(
      "received targetPadding undefined and targets that are sequences, expected an integer that is " +
        "no class, as their rows are filled up with it; write targetPadding: -100 here",
    );
    expect(() => new SequenceDataset([[1]], labels.at(slice(0, 1))).take(labels, 0)).toThrow(
      "received tokens 0, expected an integer of at least 1",
    );
    expect(() => new SequenceDataset([[1]], 3 as never)).toThrow("or a list of sequences");
    expect(() => new SequenceDataset([[1], [2]], [0, 1] as never)).toThrow(
      "expected a list of sequences, or a tensor: of labels tensor(Int32Array.from(labels))",
    );
  });

  it("refuses a token that is the default of padding", () => {
    const labels = tensor(Int32Array.of(1, 2));
    const holds = [[1], [2, 0]];
    expect(() => new SequenceDataset(holds, labels)).toThrow(
      "number 1 of the sequences holds 0, the default of paddingIndex, expected an index that is no",
    );
    expect(new SequenceDataset(holds, labels, { paddingIndex: 0 }).length).toBe(2);
    expect(new SequenceDataset(holds, labels, { paddingIndex: 3 }).length).toBe(2);
  });
});
