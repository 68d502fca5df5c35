import { diagnose, loss, nn, optim, randn, TensorDataset } from "@versant/core";
import { expect, test } from "vitest";
import { experiment } from "../../src/experiment/experiment.js";
import { Run } from "../../src/experiment/run.js";

test("an experiment may diagnose its model", async () => {
  const lines: string[] = [];
  const diagnosing = diagnose({ every: 2, write: (line) => lines.push(line) });
  const shrinking = () => new nn.Linear(1, 1, { bias: false, initializer: nn.init.constant(0.1) });
  const run = await Run.prepare(
    experiment({
      name: "deep",
      hyperparameters: {},
      setup: () => {
        const model = new nn.Sequential(...Array.from({ length: 6 }, shrinking));
        return {
          data: { train: new TensorDataset([randn([12, 1]), randn([12, 1])]) },
          model,
          loss: loss.mse,
          optimizer: new optim.SGD(model.parameters(), { learningRate: 1e-3 }),
          callbacks: [diagnosing],
        };
      },
    }),
    { hyperparameters: { epochs: 1, batchSize: 4 } },
  );
  await run.fit();
  expect(diagnosing.history.map(({ batch }) => batch)).toEqual([1, 3]);
  expect(lines).toEqual([expect.stringMatching(/^epoch 1, batch 1: The gradients vanish/)]);
});
