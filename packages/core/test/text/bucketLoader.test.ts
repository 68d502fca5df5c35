import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataLoader, Subset } from "../../src/data/index.js";
import { crossEntropy } from "../../src/loss/index.js";
import { Embedding, Linear, Module, Sequential } from "../../src/nn/index.js";
import { Adam } from "../../src/optim/index.js";
import { manualSeed, type Tensor, tensor } from "../../src/tensor/index.js";
import { BucketLoader, SequenceDataset } from "../../src/text/index.js";
import { Trainer } from "../../src/train/index.js";

/** Texts whose only token is their number, so often as the text is long. */
const datasetOf = (lengths: readonly number[], length?: number): SequenceDataset =>
  new SequenceDataset(
    lengths.map((each, index) => new Int32Array(each).fill(index)),
    tensor(Int32Array.from(lengths, (_, index) => index)),
    { ...(length && { length }), paddingIndex: lengths.length },
  );

const many = Array.from({ length: 1000 }, (_, index) => (index * 37) % 200);

/** Which sequences each batch of an epoch holds. */
const indicesOf = (loader: BucketLoader, epoch: number): number[][] =>
  Array.from(loader.read(epoch), ([indices]) => [...indices.dataSync()]);

describe("BucketLoader", () => {
  it("holds every sequence once, in another order every epoch", () => {
    const make = (): BucketLoader => new BucketLoader(datasetOf(many), { batchSize: 16, seed: 3 });
    const first = indicesOf(make(), 0);
    expect(indicesOf(make(), 0)).toEqual(first);
    expect(indicesOf(make(), 1)).not.toEqual(first);
    expect(first.length).toBe(make().length);
    expect(first.flat().sort((a, b) => a - b)).toEqual(many.map((_, index) => index));
  });

  it("gives rows as long as the next power of two, which hold all that the dataset keeps", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.option(fc.integer({ min: 1, max: 41 }), { nil: undefined }),
        (lengths, batchSize, length) => {
          const dataset = datasetOf(lengths, length);
          const loader = new BucketLoader(dataset, { batchSize, pool: 2 });
          const batches = [...loader.batches(0)];
          expect(batches.length).toBe(loader.length);
          for (const [inputs, targets] of batches) {
            const kept = Array.from(targets.dataSync(), (index) => dataset.lengths[index] ?? 0);
            const power = [1, 2, 4, 8, 16, 32, 64].find((each) => each >= Math.max(...kept)) ?? 0;
            const width = Math.min(power, dataset.tokens);
            expect(inputs.shape).toEqual([kept.length, width]);
            const rows = Array.from(targets.dataSync(), (index, row) =>
              Array.from({ length: width }, (_, at) =>
                at < (kept[row] ?? 0) ? index : lengths.length,
              ),
            );
            expect([...inputs.dataSync()]).toEqual(rows.flat());
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("leaves less padding than random batches do", () => {
    const places = (pool: number): number =>
      [...new BucketLoader(datasetOf(many), { batchSize: 16, pool }).batches(0)].reduce(
        (sum, [inputs]) => sum + inputs.size,
        0,
      );
    expect(places(64)).toBeLessThan(0.75 * places(1));
  });

  it("refuses what it cannot take", () => {
    const dataset = datasetOf([1, 2]);
    expect(() => new BucketLoader(dataset, { batchSize: 0 })).toThrow("batchSize 0");
    expect(() => new BucketLoader(dataset, { batchSize: 1, pool: 0 })).toThrow("pool 0");
    expect(() => new BucketLoader(dataset, { batchSize: 1, shuffle: 1 } as never)).toThrow(
      '"shuffle"',
    );
    expect(() => new BucketLoader(new Subset(dataset, [0]) as never, { batchSize: 1 })).toThrow(
      "received a Subset as the dataset, expected a SequenceDataset; a Subset hides the lengths",
    );
    expect(() => [...new BucketLoader(dataset, { batchSize: 1 }).read(-1)]).toThrow("epoch -1");
  });
});

/** Scores of each word by itself, (N, T) to (N, 4, T). */
class Tagger extends Module {
  readonly layers = new Sequential(new Embedding(11, 8), new Linear(8, 4));
  readonly shapes: string[] = [];

  forward(input: Tensor): Tensor {
    this.shapes.push(input.shape.join());
    return this.layers.forward(input).transpose();
  }
}

describe("a Trainer on length buckets", () => {
  // The tag of a word is a function of it; 0 is a tag as any other.
  const words = Array.from({ length: 60 }, (_, text) =>
    Array.from({ length: 1 + ((text * 5) % 13) }, (_, at) => 1 + ((text * 7 + at * 3) % 10)),
  );
  const tags = words.map((text) => text.map((word) => word % 4));
  const dataset = new SequenceDataset(words, tags, { length: 10, targetPadding: -100 });
  const tagger = () => {
    manualSeed(2);
    const model = new Tagger();
    const trainer = new Trainer({
      model,
      loss: (scores, target) => crossEntropy(scores, target, { ignoredIndex: -100 }),
      optimizer: new Adam(model.parameters(), { learningRate: 0.05 }),
    });
    return { model, trainer };
  };

  it("learns tags, of which none is learnt from padding, and is measured as on whole rows", async () => {
    const { trainer } = tagger();
    const train = new BucketLoader(dataset, { batchSize: 6, seed: 1 });
    const { epochs } = await trainer.fit({ train, validation: train, epochs: 12 });
    expect(epochs.at(-1)?.validation?.loss).toBeLessThan(0.05);
    // One sequence a batch: the mean over batches is the same, whatever the width.
    const [narrow, wide] = [
      await trainer.evaluate(new BucketLoader(dataset, { batchSize: 1 })),
      await trainer.evaluate(new DataLoader(dataset, { batchSize: 1 })),
    ];
    expect(narrow.loss).toBeCloseTo(wide.loss, 6);
  });

  it("traces the model once for each shape", async () => {
    const { model, trainer } = tagger();
    const train = new BucketLoader(dataset, { batchSize: 6, seed: 1 });
    await trainer.fit({ train, epochs: 3 });
    expect(model.shapes.length).toBe(new Set(model.shapes).size);
    expect(new Set(model.shapes)).toContain("6,10");
    expect(model.shapes.length).toBeGreaterThan(1);
  });
});
