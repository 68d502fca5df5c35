import { ArgumentError, loss, nn, optim, TensorDataset, tensor } from "@versant/core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { choice, flag, int, real } from "../../src/experiment/declarations.js";
import { type Experiment, experiment } from "../../src/experiment/experiment.js";
import { Run } from "../../src/experiment/run.js";

const setup = (): never => {
  throw new Error("not set up in these tests");
};
const declared = (hyperparameters: Record<string, ReturnType<typeof int>>): Experiment =>
  experiment({ name: "test", hyperparameters, setup });

describe("experiment", () => {
  test("gives setup the exact types, epochs and batchSize included", () => {
    experiment({
      name: "typed",
      hyperparameters: {
        rate: real(0.1, { min: 0, max: 1 }),
        optimizer: choice("sgd", { options: ["sgd", "adam"] }),
        augment: flag(true),
      },
      setup: ({ hyperparameters: hp, seed, device }) => {
        expectTypeOf(hp.rate).toEqualTypeOf<number>();
        expectTypeOf(hp.optimizer).toEqualTypeOf<"sgd" | "adam">();
        expectTypeOf(hp.augment).toEqualTypeOf<boolean>();
        expectTypeOf(hp.epochs).toEqualTypeOf<number>();
        expectTypeOf(hp.batchSize).toEqualTypeOf<number>();
        expectTypeOf(seed).toEqualTypeOf<number>();
        expectTypeOf(device.name).toEqualTypeOf<string>();
        // @ts-expect-error nothing of that name is declared
        hp.momentum;
        return setup();
      },
    });
  });

  test("has epochs and batchSize, whose defaults an experiment may change", () => {
    expect(declared({}).resolve()).toEqual({ epochs: 10, batchSize: 64 });
    const changed = declared({ epochs: int(100, { min: 1, max: 1000 }) });
    expect(changed.resolve({ batchSize: 8 })).toEqual({ epochs: 100, batchSize: 8 });
    expect(() => changed.resolve({ epochs: 1001 })).toThrow("from 1 to 1000");
  });

  test("refuses values that are out of range or unknown", () => {
    const one = declared({ layers: int(2, { min: 1, max: 4 }) });
    expect(() => one.resolve({ layers: 5 })).toThrow(
      "layers: received 5, expected a whole number from 1 to 4",
    );
    expect(() => one.resolve({ layer: 2 })).toThrow(/"layer", expected .* layers/);
    expect(() => one.resolve({ batchSize: 0 })).toThrow(ArgumentError);
  });

  test.each(["learning-rate", "Rate", "1st", "", "taux élevé", "seed", "values", "help"])(
    "refuses %j as the name of a hyper-parameter",
    (name) => {
      const declare = () => declared({ [name]: int(1, { min: 0, max: 2 }) });
      expect(declare).toThrow(ArgumentError);
      expect(declare).toThrow(`"${name}"`);
    },
  );

  test("refuses epochs that are not whole numbers, and an empty name", () => {
    const epochs = real(1, { min: 0, max: 2 });
    // @ts-expect-error epochs are declared with int()
    const declare = () => experiment({ name: "test", hyperparameters: { epochs }, setup });
    expect(declare).toThrow('"epochs" is declared as real, expected int()');
    expect(() => experiment({ name: " ", hyperparameters: {}, setup })).toThrow('name " "');
  });

  test("a run knows where each value came from, and what it might have been", async () => {
    const model = new nn.Linear(1, 1);
    const three = experiment({
      name: "three",
      hyperparameters: {
        layers: int(2, { min: 1, max: 4 }),
        rate: real(0.1, { min: 0, max: 1 }),
      },
      setup: () => ({
        data: { train: new TensorDataset([tensor([[1]]), tensor([[2]])]) },
        model,
        loss: loss.meanSquaredError,
        optimizer: new optim.SGD(model.parameters()),
      }),
    });
    const { hyperparameters } = await Run.prepare(three, {
      hyperparameters: { layers: 3, rate: 0.1, batchSize: 8 },
      sources: { layers: "file", rate: "search" },
    });
    expect(hyperparameters).toEqual([
      { name: "layers", value: 3, source: "file", declaration: three.declarations.layers },
      { name: "rate", value: 0.1, source: "search", declaration: three.declarations.rate },
      { name: "epochs", value: 10, source: "default", declaration: three.declarations.epochs },
      { name: "batchSize", value: 8, source: "program", declaration: three.declarations.batchSize },
    ]);
  });

  test("says what setup forgot", async () => {
    const forgetful = experiment({
      name: "forgetful",
      hyperparameters: {},
      // @ts-expect-error data.train and loss are missing
      setup: () => ({ data: {}, model: new nn.Linear(1, 1), optimizer: {} }),
    });
    await expect(Run.prepare(forgetful)).rejects.toThrow(
      "forgetful: setup returned no data.train, loss; expected { data: { train",
    );
  });
});
