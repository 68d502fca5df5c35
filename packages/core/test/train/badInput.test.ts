import { describe, expect, test } from "vitest";
import { ExecutionError } from "../../src/array/index.js";
import { DataLoader, TensorDataset } from "../../src/data/index.js";
import { crossEntropy, mse } from "../../src/loss/index.js";
import { accuracy } from "../../src/metrics/index.js";
import { Linear, Module } from "../../src/nn/index.js";
import { LBFGS, SGD } from "../../src/optim/index.js";
import { ones, Parameter, type Tensor, tensor } from "../../src/tensor/index.js";
import { EarlyStopping, Trainer } from "../../src/train/index.js";

class AsyncModel extends Module<[Tensor], never> {
  readonly weight = new Parameter(ones([1]));

  override forward(input: Tensor): never {
    return input.item() as never;
  }
}

function asyncParts() {
  const model = new AsyncModel();
  return { model, optimizer: new SGD(model.parameters()) };
}

function parts() {
  const model = new Linear(2, 3);
  return { model, loss: crossEntropy, optimizer: new SGD(model.parameters()) };
}

describe("a Trainer whose parts no type checker has seen", () => {
  test.each([
    [{ model: (x: unknown) => x }, /the function model as the model, expected a Module/],
    [
      { optimizer: new LBFGS(new Linear(1, 1).parameters()) },
      /received LBFGS as the optimizer, expected one .* by the gradient of a batch, .* call its step\(closure\) in/,
    ],
    [{ optimizer: "sgd" }, /received "sgd" as the optimizer, expected an Optimizer/],
    [{ loss: "mse" }, /received "mse" as the loss, expected a function such as/],
    [{ metrics: accuracy() }, /received a plain object as the metrics, expected an Array/],
    [{ metrics: [accuracy] }, /the function accuracy as a metric, expected one such as/],
    [{ metrics: [null] }, /received null as a metric/],
    [{ metrics: [{ ...accuracy(), name: undefined }] }, /as a metric, .* with a name and the/],
    [{ metrics: [{ ...accuracy(), name: "" }] }, /as a metric, .* with a name and the/],
    [{ metrics: [{ ...accuracy(), result: undefined }] }, /as a metric, .*statistics and result/],
    [{ callbacks: {} }, /a plain object as the callbacks/],
    [{ callbacks: null }, /null as the callbacks/],
    [
      { callbacks: [EarlyStopping] },
      /received the function EarlyStopping as callback 0, expected an object with one or more of/,
    ],
    [
      { callbacks: [{ onEpochEnd() {} }, () => {}] },
      /the function as callback 1, expected an obje/,
    ],
    [{ callbacks: [null] }, /received null as callback 0/],
    [{ callbacks: [{}] }, /received a plain object as callback 0, .* onFitStart, onEpochStart,/],
    [
      { callbacks: [{ onFitStart() {}, onEpochend() {} }] },
      /received a hook named "onEpochend" in callback 0, .* onEpochEnd, onFitEnd\.$/,
    ],
    [{ callbacks: [{ onEpochEnd: 3 }] }, /received 3 as onEpochEnd of callback 0, expected a Func/],
  ])("refuses %#", (wrong, expected) => {
    expect(() => new Trainer({ ...parts(), ...(wrong as object) })).toThrow(expected);
  });

  test("takes callbacks with members of their own, inherited hooks and hooks that are undefined", () => {
    class Recorder {
      readonly seen: number[] = [];

      onEpochEnd(): void {
        this.seen.push(1);
      }
    }
    class Named extends Recorder {
      readonly name = "epochs";
    }
    const callbacks = [new Named(), { onFitStart() {}, onBatchEnd: undefined as never }];
    expect(() => new Trainer({ ...parts(), callbacks })).not.toThrow();
  });

  test.each([
    [{ signal: {} }, "received a plain object as the signal, expected an AbortSignal; an"],
    [{ signal: "stop" }, 'received "stop" as the signal'],
    [{ signal: new AbortController() }, "received an AbortController as the signal"],
    [{ validation: 0 }, "received 0 as the validation data, expected a DataLoader"],
    [{ validation: null }, "received null as the validation data, expected a DataLoader"],
  ])("fit refuses %#, and leaves the mode as it was", async (wrong, expected) => {
    const trainer = new Trainer(parts());
    trainer.model.eval();
    const dataset = new TensorDataset([ones([4, 2]), tensor(Int32Array.of(0, 1, 2, 0))]);
    const train = new DataLoader(dataset, { batchSize: 2 });
    await expect(trainer.fit({ train, epochs: 1, ...(wrong as object) })).rejects.toThrow(expected);
    expect(trainer.model.training).toBe(false);
    await expect(trainer.fit({ train, epochs: 1 })).resolves.toHaveProperty("epochs");
  });

  test("wants DataLoaders, not datasets", async () => {
    const trainer = new Trainer(parts());
    const dataset = new TensorDataset([ones([4, 2]), tensor(Int32Array.of(0, 1, 2, 0))]);
    const train = new DataLoader(dataset, { batchSize: 2 });
    const wrong = dataset as never;
    const expected = /received a TensorDataset as the .*data, expected a DataLoader/;
    await expect(trainer.fit({ train: wrong, epochs: 1 })).rejects.toThrow(expected);
    await expect(trainer.fit({ train, validation: wrong, epochs: 1 })).rejects.toThrow(expected);
    await expect(trainer.evaluate(wrong)).rejects.toThrow(expected);
    await expect(trainer.predict([[1, 2]] as never)).rejects.toThrow("expected a Tensor");
  });

  test("tells a loss that does not give a tensor", async () => {
    const trainer = new Trainer({ ...parts(), loss: () => 3 as never });
    const dataset = new TensorDataset([ones([4, 2]), ones([4, 3])]);
    const train = new DataLoader(dataset, { batchSize: 2 });
    await expect(trainer.fit({ train, epochs: 1 })).rejects.toThrow(
      "Trainer: received 3 as the result of the loss, expected a Tensor.",
    );
  });

  test.each([
    [{ loss: async (p: Tensor) => p.mean().item() }, /a Promise as the result of the loss/],
    [asyncParts(), /a Promise as the result of the model/],
    [
      { metrics: [{ name: "late", statistics: async () => 1, result: () => 0 }] },
      /^late: .*as the statistics/,
    ],
  ])("refuses what is asynchronous, %#, and its failure ends nothing", async (wrong, expected) => {
    const failed: unknown[] = [];
    const listener = (reason: unknown) => failed.push(reason);
    process.on("unhandledRejection", listener);
    const trainer = new Trainer({ ...parts(), loss: mse, ...(wrong as object) });
    const train = new DataLoader(new TensorDataset([ones([4, 2]), ones([4, 3])]), { batchSize: 4 });
    await expect(trainer.fit({ train, epochs: 1 })).rejects.toThrow(expected);
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", listener);
    expect(failed).toEqual([]);
  });

  test("wants options", async () => {
    expect(() => new Trainer(undefined as never)).toThrow("received undefined as the options");
    expect(() => new Trainer({ ...parts(), metric: [] } as never)).toThrow('named "metric"');
    const trainer = new Trainer(parts());
    await expect(trainer.fit(undefined as never)).rejects.toThrow("undefined as the options");
    const train = new DataLoader({ length: 2, take: () => 5 as never }, { batchSize: 1 });
    await expect(trainer.fit({ train, epochs: 1 })).rejects.toThrow(
      "Trainer: received 5 as the batch that the dataset gives, expected a list of Tensors.",
    );
  });
});

test("a label out of range is told with its epoch and batch, and changes no weight", async () => {
  const trainer = new Trainer(parts());
  const before = trainer.model.stateDict().get("weight")?.dataSync();
  const dataset = new TensorDataset([ones([4, 2]), tensor(Int32Array.of(0, 3, 1, 2))]);
  const train = new DataLoader(dataset, { batchSize: 4 });
  const failing = trainer.fit({ train, epochs: 1 });
  await expect(failing).rejects.toThrow(ExecutionError);
  await expect(failing).rejects.toThrow(/^In epoch 1, batch 1 of 1: .*received index 3/);
  expect(trainer.model.stateDict().get("weight")?.dataSync()).toEqual(before);
});

test("a label out of range in validation is told with its epoch and batch", async () => {
  const trainer = new Trainer(parts());
  const loader = (...labels: number[]) =>
    new DataLoader(new TensorDataset([ones([3, 2]), tensor(Int32Array.from(labels))]), {
      batchSize: 2,
    });
  const [train, validation] = [loader(0, 1, 2), loader(0, 1, 3)];
  await expect(trainer.fit({ train, validation, epochs: 1 })).rejects.toThrow(
    /^In the validation of epoch 1, batch 2 of 2: labels of crossEntropy: received index 3,/,
  );
  await expect(trainer.evaluate(validation)).rejects.toThrow(
    /^In the evaluation, batch 2 of 2: labels of crossEntropy/,
  );
});

test("EarlyStopping tells a misspelt option", () => {
  const options = { patience: 1, minDelta: 0.1 };
  expect(() => new EarlyStopping(options)).toThrow('an option named "minDelta"');
});
