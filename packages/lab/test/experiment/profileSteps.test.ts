import { defaultDevice, loss, nn, optim, TensorDataset, tensor, useDevice } from "@versant/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { experiment } from "../../src/experiment/experiment.js";
import { profileSteps } from "../../src/experiment/profileSteps.js";
import { Run } from "../../src/experiment/run.js";
import { makeProfileReport } from "../../src/progress/profileReport.js";

const before = defaultDevice().name;
beforeEach(() => useDevice("wasm"));
afterEach(() => useDevice(before));

/** Five samples, and whatever else is wanted. */
const prepare = (batchSize: number, parts: object = {}): Promise<Run> =>
  Run.prepare(
    experiment({
      name: "line",
      hyperparameters: {},
      setup: () => {
        const x = tensor([[1], [2], [3], [4], [5]]);
        const model = new nn.Linear(1, 1);
        return {
          data: { train: new TensorDataset([x, x]), validation: new TensorDataset([x, x]) },
          model,
          loss: loss.meanSquaredError,
          optimizer: new optim.SGD(model.parameters(), { learningRate: 0.01 }),
          ...parts,
        };
      },
    }),
    { hyperparameters: { batchSize } },
  );

test("steps are full batches, without validation and callbacks, over as many epochs as it takes", async () => {
  const refuse = (): never => {
    throw new Error("the experiment's callbacks are not called");
  };
  const run = await prepare(2, { callbacks: [{ onFitStart: refuse, onBatchEnd: refuse }] });
  const steps = await profileSteps(run, 7);
  expect(steps.map(({ runs }) => runs)).toEqual(Array(7).fill(1));
  const gathered = steps.flatMap(({ instructions }) =>
    instructions.flatMap(({ label }) => (label.startsWith("take") ? [label] : [])),
  );
  expect(new Set(gathered)).toEqual(new Set(["take (2, 1)"]));
});

test("a batch that no data fill is taken as it is", async () => {
  const [step] = await profileSteps(await prepare(64), 1);
  expect(step?.instructions.map(({ label }) => label)).toContain("take (5, 1)");
});

test("batches whose gradients are one update are one step", async () => {
  const steps = await profileSteps(await prepare(1, { accumulate: 5 }), 4);
  expect(steps.map(({ runs }) => runs)).toEqual([5, 5, 5, 5]);
});

test("the report is the mean of the middle half, equal labels together", async () => {
  const run = await prepare(2);
  const step = (nanoseconds: number, ...parts: readonly number[]) => ({
    runs: 1,
    nanoseconds,
    instructions: parts.map((part, index) => ({
      label: index === 0 ? "matmul (2, 1)" : "add (2, 1)",
      kind: index === 0 ? ("matmul" as const) : ("loop" as const),
      calls: 1,
      nanoseconds: part,
      operations: 10,
      bytes: 100,
    })),
  });
  const steps = [step(9000, 8000), step(100, 20, 30, 40), step(5, 1), step(120, 30, 40, 40)];
  const report = makeProfileReport(run, { operationsPerSecond: 1, bytesPerSecond: 1 }, steps);
  expect(report).toMatchObject({
    steps: 4,
    nanoseconds: 110,
    outside: 10,
    kernels: [
      { label: "add (2, 1)", calls: 2, nanoseconds: 75, operations: 20, bytes: 200 },
      { label: "matmul (2, 1)", calls: 1, nanoseconds: 25, operations: 10, bytes: 100 },
    ],
  });
});
