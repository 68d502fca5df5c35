import { loss, metrics, nn, ones, optim, TensorDataset } from "@versant/core";
import { describe, expect, test } from "vitest";
import { experiment } from "../../src/experiment/experiment.js";
import { Run } from "../../src/experiment/run.js";
import { formatReport, type Report } from "../../src/progress/report.js";

const train = new TensorDataset([ones([8, 2]), ones([8, 1])]);

/** Prepares a run whose setup returns what is right, but for this. */
function prepare(wrong: object): Promise<Run> {
  const setup = () => {
    const model = new nn.Linear(2, 1);
    const optimizer = new optim.SGD(model.parameters());
    return { data: { train }, model, loss: loss.meanSquaredError, optimizer, ...wrong };
  };
  return Run.prepare(experiment({ name: "line", hyperparameters: {}, setup }));
}

describe("a setup that no type checker has seen", () => {
  test.each([
    [
      { metric: [metrics.r2()] },
      'line, what setup returned: received an option named "metric", expected names among data, model',
    ],
    [
      { data: { train, valid: train } },
      'line, the data of setup: received an option named "valid", expected names among train, validation, test.',
    ],
    [
      { data: { train: ones([8, 2]) } },
      "line: setup returned data.train of type Tensor, expected a",
    ],
    [{ data: { train, test: [train] } }, "line: setup returned data.test of type Array"],
    [{ callbacks: {} }, "line: setup returned callbacks that are no list; write [callback]."],
    [{ loss: "mse" }, 'Trainer: received "mse" as the loss'],
    [{ model: {} }, "Trainer: received a plain object as the model, expected a Module"],
  ])("is refused before training: %j", async (wrong, message) => {
    await expect(prepare(wrong)).rejects.toThrow(message);
  });
});

describe("an experiment that no type checker has seen", () => {
  const setup = (): never => {
    throw new Error("not set up in this test");
  };
  test.each([
    [undefined, "received name undefined"],
    [{ name: "x", setup }, "received no hyperparameters"],
    [{ name: "x", hyperparameters: {} }, "received no setup"],
    [
      { name: "x", hyperparameters: { rate: 0.1 }, setup },
      'received 0.1 for "rate", expected a declaration such as real(0.1, { min: 0.01, max: 1 })',
    ],
  ])("is refused: %j", (options, message) => {
    expect(() => experiment(options as never)).toThrow(`experiment: ${message}`);
  });
});

test("a report names values that are not finite, which JSON would turn into null", () => {
  const report = { test: { loss: Number.NaN, mse: Number.POSITIVE_INFINITY, mae: 1 } };
  expect(JSON.parse(formatReport(report as unknown as Report)).test).toEqual({
    loss: "NaN",
    mse: "Infinity",
    mae: 1,
  });
});
