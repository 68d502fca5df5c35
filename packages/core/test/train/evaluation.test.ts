import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { DataLoader, type Loader, TensorDataset } from "../../src/data/index.js";
import { crossEntropy } from "../../src/loss/index.js";
import { ClassificationReport, RegressionReport } from "../../src/metrics/index.js";
import { Dropout, Linear, Sequential } from "../../src/nn/index.js";
import { SGD } from "../../src/optim/index.js";
import { manualSeed, type Tensor, tensor } from "../../src/tensor/index.js";
import { NonFiniteLossError, Trainer } from "../../src/train/index.js";
import { line, lineLoader, lineTrainer, weightsOf } from "./line.js";

/** Points of which number `broken` has NaN as its target. */
function pointsWithout(broken: number): DataLoader {
  const y = Float32Array.from({ length: 6 }, (_, index) => (index === broken ? Number.NaN : index));
  const shape = [6, 1];
  const x = tensor(Float32Array.from(y.keys()), { shape });
  return new DataLoader(new TensorDataset([x, tensor(y, { shape })]), { batchSize: 2 });
}

/** A loader that gives its batches once. */
class Spent implements Loader {
  readonly samples = 20;
  readonly length = 3;
  readonly stepKey = this;
  readonly #inner = new DataLoader(line(20), { batchSize: 8 });
  readonly #batches: IterableIterator<readonly Tensor[]>;

  constructor(passes: number) {
    this.#batches = this.#inner.read(0);
    if (passes === 0) for (const _ of this.#batches);
  }

  read(): IterableIterator<readonly Tensor[]> {
    return this.#batches;
  }

  gather(read: readonly Tensor[]): readonly Tensor[] {
    return this.#inner.gather(read);
  }
}

describe("evaluation of data that are not finite", () => {
  it("names the batch", async () => {
    const { trainer } = lineTrainer();
    const evaluation = trainer.evaluate(pointsWithout(3));
    await expect(evaluation).rejects.toThrow(NonFiniteLossError);
    await expect(evaluation).rejects.toThrow(
      /^In the evaluation, batch 2 of 3: the loss is NaN, expected a finite number\. The weights are finite, so look for NaN/,
    );
  });

  it("names the epoch in validation, and keeps the weights learnt", async () => {
    const { model, trainer } = lineTrainer();
    const other = lineTrainer();
    const fit = trainer.fit({ train: lineLoader(), validation: pointsWithout(5), epochs: 3 });
    await expect(fit).rejects.toThrow(
      /^In the validation of epoch 1, batch 3 of 3: the loss is NaN/,
    );
    await other.trainer.fit({ train: lineLoader(), epochs: 1 });
    expect(weightsOf(model)).toEqual(weightsOf(other.model));
  });

  it("says so when the weights are to blame", async () => {
    const { model, trainer } = lineTrainer();
    model.weight.assign(tensor([[Number.NaN]]));
    await expect(trainer.evaluate(lineLoader())).rejects.toThrow(
      /In the evaluation, batch 1 of 3: the loss is NaN.*The weights are not finite: load others/,
    );
  });
});

describe("a loader without batches", () => {
  it("ends training and evaluation, as there is nothing to tell", async () => {
    const { trainer } = lineTrainer();
    const train = new Spent(0);
    await expect(trainer.evaluate(train)).rejects.toThrow(ArgumentError);
    await expect(trainer.evaluate(train)).rejects.toThrow(
      "no batch in the evaluation, expected at",
    );
    await expect(trainer.fit({ train, epochs: 1 })).rejects.toThrow("gave no batch in epoch 1,");
  });

  it("is noticed in a later epoch as well", async () => {
    const { trainer } = lineTrainer();
    const fit = trainer.fit({ train: new Spent(1), epochs: 2 });
    await expect(fit).rejects.toThrow(/no batch in epoch 2, .* read\(epoch\) has to begin anew/);
  });
});

describe("answers for a loader", () => {
  it("are those for its samples, in its order", async () => {
    const { trainer } = lineTrainer();
    const loader = new DataLoader(line(20), { batchSize: 8 });
    const [x, y] = line(20).take(tensor(Int32Array.from({ length: 20 }, (_, index) => index)));
    const expected = await trainer.predict(x);
    const answers = await trainer.predict(loader);
    expect(answers.shape).toEqual([20, 1]);
    expect([...(await answers.data())]).toEqual([...(await expected.data())]);
    const report = await trainer.report(loader, new RegressionReport());
    expect(report.samples).toBe(20);
    const direct = new RegressionReport();
    direct.add(expected, y);
    expect(report.r2()).toBe(direct.r2());
  });

  it("come in evaluation mode, and fill a report of classes", async () => {
    manualSeed(4);
    const model = new Sequential(new Linear(2, 3), new Dropout(0.9));
    const optimizer = new SGD(model.parameters());
    const trainer = new Trainer({ model, optimizer, loss: crossEntropy });
    const x = tensor([
      [1, 2],
      [-3, 1],
      [0, -2],
    ]);
    const data = new TensorDataset([x, tensor(Int32Array.of(0, 2, 1))]);
    const loader = new DataLoader(data, { batchSize: 2 });
    const report = new ClassificationReport({ classes: 3, scores: "logits" });
    expect(await trainer.report(loader, report)).toBe(report);
    const direct = new ClassificationReport({ classes: 3, scores: "logits" });
    direct.add(await trainer.predict(x), Int32Array.of(0, 2, 1));
    expect(report.logLoss()).toBe(direct.logLoss());
    expect(model.training).toBe(true);
  });

  it("come where a loader gives what it reads, too", async () => {
    const { trainer } = lineTrainer();
    const batches = [...new DataLoader(line(20), { batchSize: 8 }).batches(0)];
    const loader: Loader = {
      samples: undefined,
      length: undefined,
      stepKey: batches,
      async *read() {
        yield* batches;
      },
      gather: (read) => read,
    };
    const report = await trainer.report(loader, new RegressionReport());
    const { loss } = await trainer.evaluate(loader);
    expect(report.samples).toBe(20);
    expect(report.meanSquaredError()).toBeCloseTo(loss, 5);
    expect((await trainer.predict(loader)).shape).toEqual([20, 1]);
  });

  it("are refused for what cannot take them", async () => {
    const { trainer } = lineTrainer();
    await expect(trainer.predict(lineLoader(), 4)).rejects.toThrow(/loader and batchSize 4/);
    await expect(trainer.predict(new Spent(0))).rejects.toThrow("no batch in the prediction");
    await expect(trainer.report(lineLoader(), {} as never)).rejects.toThrow(
      "received a plain object as the report, expected one such as new metrics.Classification",
    );
    await expect(trainer.report(line(4) as never, new RegressionReport())).rejects.toThrow(
      "expected a DataLoader",
    );
  });
});
