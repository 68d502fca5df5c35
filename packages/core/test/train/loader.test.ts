import { describe, expect, it } from "vitest";
import { DataLoader, type Loader } from "../../src/data/index.js";
import type { Tensor } from "../../src/tensor/index.js";
import { line, lineTrainer, weightsOf } from "./line.js";

const dataset = line(20);
const whole = new DataLoader(dataset, { batchSize: 8 });

/** Batches of 8, the last of 4, as a loader of one's own reads them; counts the epochs that it ended. */
class OwnLoader implements Loader {
  readonly samples = 20;
  readonly length = 3;
  readonly stepKey = this;
  ended = 0;

  *read(epoch: number): IterableIterator<readonly Tensor[]> {
    try {
      for (const read of whole.read(epoch)) yield read;
    } finally {
      this.ended++;
    }
  }

  gather([indices]: readonly Tensor[]): readonly Tensor[] {
    return dataset.take(indices as Tensor);
  }
}

describe("a Trainer on a loader of one's own", () => {
  it("does to the bit what it does on a DataLoader", async () => {
    const runs = [];
    for (const train of [whole, new OwnLoader()]) {
      const { model, trainer } = lineTrainer({ accumulate: 2 });
      const { epochs } = await trainer.fit({ train, validation: train, epochs: 3 });
      const scores = epochs.map((record) => [record.train, record.validation]);
      runs.push({ weights: weightsOf(model), scores });
    }
    expect(runs[1]).toEqual(runs[0]);
  });

  it("ends its reading, also where training stops in the middle", async () => {
    const train = new OwnLoader();
    const { trainer } = lineTrainer({ callbacks: [{ onBatchEnd: (fit) => fit.stop("enough") }] });
    const history = await trainer.fit({ train, epochs: 2 });
    expect(history).toEqual({ epochs: [], stopped: "enough" });
    expect(train.ended).toBe(1);
  });

  it("shares the steps of loaders with one key", async () => {
    const { model, trainer } = lineTrainer();
    let traced = 0;
    const { forward } = model;
    model.forward = (x) => {
      traced++;
      return forward.call(model, x);
    };
    await trainer.fit({ train: new DataLoader(dataset, { batchSize: 10 }), epochs: 1 });
    await trainer.fit({
      train: new DataLoader(dataset, { batchSize: 10, shuffle: true }),
      epochs: 1,
    });
    expect(traced).toBe(1);
    await trainer.fit({ train: new DataLoader(line(10), { batchSize: 10 }), epochs: 1 });
    expect(traced).toBe(2);
  });
});
