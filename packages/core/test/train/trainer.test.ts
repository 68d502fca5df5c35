import { describe, expect, it, vi } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { DataLoader, TensorDataset } from "../../src/data/index.js";
import { mse } from "../../src/loss/index.js";
import { Linear, Module } from "../../src/nn/index.js";
import { SGD } from "../../src/optim/index.js";
import { manualSeed, observe, type Tensor, tensor } from "../../src/tensor/index.js";
import { Trainer } from "../../src/train/index.js";
import { line, lineLoader, lineTrainer, near, weightsOf } from "./line.js";

describe("Trainer.fit", () => {
  it("learns a line", async () => {
    const { model, trainer } = lineTrainer({ metrics: [near] });
    const history = await trainer.fit({ train: lineLoader(), epochs: 60 });
    const [slope, intercept] = weightsOf(model);
    expect(slope).toBeCloseTo(3, 2);
    expect(intercept).toBeCloseTo(-2, 2);
    expect(history.epochs.at(-1)?.train.near).toBe(1);
    expect(history.stopped).toBeUndefined();
  });

  it("records epochs, rate, seconds, and the scores on training and validation data", async () => {
    const { trainer } = lineTrainer({ metrics: [near] });
    const validation = new DataLoader(line(7), { batchSize: 3 });
    const { epochs } = await trainer.fit({ train: lineLoader(), validation, epochs: 2 });
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const record of epochs) {
      expect(record.learningRate).toBeCloseTo(0.1);
      expect(record.seconds).toBeGreaterThan(0);
      expect(Object.keys(record.train)).toEqual(["loss", "near"]);
      expect(Object.keys(record.validation ?? {})).toEqual(["loss", "near"]);
    }
    expect(epochs[1]?.validation).toEqual(await trainer.evaluate(validation));
  });

  it("averages over samples: a short last batch has no more say than its samples", async () => {
    // The targets are far away, and the rate too small to move the model within the epoch.
    const { model, trainer } = lineTrainer({ learningRate: 1e-12 });
    const train = new DataLoader(line(5), { batchSize: 4 });
    const [slope, intercept] = weightsOf(model) as [number, number];
    const errors = [-1, -0.5, 0, 0.5, 1].map((x) => (slope * x + intercept - (3 * x - 2)) ** 2);
    const expected = errors.reduce((sum, error) => sum + error, 0) / 5;
    const { epochs } = await trainer.fit({ train, epochs: 1 });
    expect(epochs[0]?.train.loss).toBeCloseTo(expected, 5);
  });

  it("gives the same weights for the same seeds, whoever watches", async () => {
    const runs = [];
    for (const callbacks of [[], [{ onBatchEnd: async () => {} }, { onEpochEnd: () => {} }]]) {
      const { model, trainer } = lineTrainer({ callbacks });
      await trainer.fit({ train: lineLoader(), epochs: 3 });
      runs.push(weightsOf(model));
    }
    expect(runs[1]).toEqual(runs[0]);
  });

  it("does in two calls what it does in one", async () => {
    const once = lineTrainer();
    await once.trainer.fit({ train: lineLoader(), epochs: 5 });
    const twice = lineTrainer();
    await twice.trainer.fit({ train: lineLoader(), epochs: 2 });
    const second = await twice.trainer.fit({ train: lineLoader(), epochs: 3 });
    expect(weightsOf(twice.model)).toEqual(weightsOf(once.model));
    expect(second.epochs.map(({ epoch }) => epoch)).toEqual([3, 4, 5]);
  });

  it("traces the model once for each batch size, and never again", async () => {
    const { model, trainer } = lineTrainer();
    const forward = vi.spyOn(model, "forward");
    const train = lineLoader(20, 8);
    await trainer.fit({ train, epochs: 3 });
    await trainer.fit({ train: new DataLoader(train.dataset, { batchSize: 8 }), epochs: 2 });
    expect(forward).toHaveBeenCalledTimes(2);
    await trainer.evaluate(train);
    await trainer.evaluate(train);
    expect(forward).toHaveBeenCalledTimes(4);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %d epochs", async (epochs) => {
    const { trainer } = lineTrainer();
    const fit = trainer.fit({ train: lineLoader(), epochs });
    await expect(fit).rejects.toThrow(ArgumentError);
    await expect(fit).rejects.toThrow(/received epochs .*, expected an integer of at least 1/);
  });

  it("refuses a second fit while the first runs", async () => {
    const { trainer } = lineTrainer();
    const first = trainer.fit({ train: lineLoader(), epochs: 1 });
    await expect(trainer.fit({ train: lineLoader(), epochs: 1 })).rejects.toThrow(
      /await the first/,
    );
    expect((await first).epochs.length).toBe(1);
  });

  it("refuses a model with nothing to train", async () => {
    const { model, trainer } = lineTrainer();
    model.freeze();
    const fit = trainer.fit({ train: lineLoader(), epochs: 1 });
    await expect(fit).rejects.toThrow(ArgumentError);
    await expect(fit).rejects.toThrow(/no parameter/);
  });

  it("refuses datasets without a target, losses that are no number, and twice the same name", async () => {
    const single = new TensorDataset([tensor([[1], [2]])]);
    const { trainer } = lineTrainer();
    const loader = new DataLoader(single, { batchSize: 2 });
    await expect(trainer.fit({ train: loader, epochs: 1 })).rejects.toThrow(
      /gives 1 tensors a batch \(\(2, 1\)\), expected at least 2/,
    );
    const unreduced = lineTrainer({ loss: (p, t) => p.subtract(t) }).trainer;
    await expect(unreduced.evaluate(lineLoader())).rejects.toThrow(/shape \(8, 1\), expected a si/);
    expect(() => lineTrainer({ metrics: [near, near] })).toThrow(/two scores named "near"/);
    expect(() => lineTrainer({ metrics: [{ ...near, name: "loss" }] })).toThrow(/named "loss"/);
  });
});

/** A model whose answer depends on the mode: twice as much in training. */
class Moody extends Module {
  readonly inner = new Linear(1, 1);

  forward(x: Tensor): Tensor {
    const y = this.inner.forward(x);
    return observe(() => this.training) ? y.multiply(2) : y;
  }
}

function moodyTrainer() {
  manualSeed(1);
  const model = new Moody();
  const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
  return { model, trainer: new Trainer({ model, optimizer, loss: mse }) };
}

describe("evaluation mode", () => {
  it("is used by evaluate and predict, and left afterwards", async () => {
    const { model, trainer } = moodyTrainer();
    const x = tensor([[1], [2], [3]]);
    const inTraining = await model.forward(x).data();
    const predicted = await trainer.predict(x);
    expect([...(await predicted.data())]).toEqual([...inTraining].map((value) => value / 2));
    const { loss } = await trainer.evaluate(lineLoader());
    model.eval();
    const [inputs, targets] = line(20).take(tensor(Int32Array.from({ length: 20 }, (_, i) => i)));
    expect(loss).toBeCloseTo(await mse(model.forward(inputs), targets).item(), 5);
    expect((await trainer.evaluate(lineLoader())).loss).toBe(loss);
    expect(model.training).toBe(false);
  });

  it("is restored part by part, also after an error", async () => {
    const { model, trainer } = moodyTrainer();
    model.inner.eval();
    await trainer.predict(tensor([[1]]));
    expect([model.training, model.inner.training]).toEqual([true, false]);
    await expect(trainer.predict(tensor([[1, 2]]))).rejects.toThrow();
    expect([model.training, model.inner.training]).toEqual([true, false]);
  });

  it("does not leak into a fit that runs meanwhile", async () => {
    const alone = moodyTrainer();
    await alone.trainer.fit({ train: lineLoader(), epochs: 2 });
    const { model, trainer: visitor } = moodyTrainer();
    const peek = async () => {
      void visitor.predict(tensor([[1], [2], [3]]), 1);
    };
    const callbacks = [{ onBatchEnd: peek }];
    const trainer = new Trainer({ model, optimizer: visitor.optimizer, loss: mse, callbacks });
    await trainer.fit({ train: lineLoader(), epochs: 2 });
    expect(model.inner.weight.dataSync()).toEqual(alone.model.inner.weight.dataSync());
  });

  it("changes nothing: no weight, no gradient", async () => {
    const { model, trainer } = lineTrainer();
    const before = weightsOf(model);
    await trainer.evaluate(lineLoader());
    expect(weightsOf(model)).toEqual(before);
    expect(model.parameters().every(({ grad }) => grad === null)).toBe(true);
  });
});

describe("Trainer.predict", () => {
  it("answers every sample in order, whatever the batch size", async () => {
    const { model, trainer } = lineTrainer();
    const x = tensor([[0], [1], [2], [3], [4]]);
    const expected = [...(await model.forward(x).data())];
    for (const batchSize of [1, 2, 5, 100]) {
      const answers = await trainer.predict(x, batchSize);
      expect(answers.shape).toEqual([5, 1]);
      expect([...(await answers.data())]).toEqual(expected);
    }
  });

  it("refuses no samples, scalars and bad batch sizes", async () => {
    const { trainer } = lineTrainer();
    await expect(trainer.predict(tensor(new Float32Array(0), { shape: [0, 1] }))).rejects.toThrow(
      /received shape \(0, 1\), expected at least one sample/,
    );
    await expect(trainer.predict(tensor(1))).rejects.toThrow(ArgumentError);
    await expect(trainer.predict(tensor([[1]]), 0)).rejects.toThrow(/received batchSize 0/);
  });
});
