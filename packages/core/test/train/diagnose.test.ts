import { describe, expect, test } from "vitest";
import { DataLoader, TensorDataset } from "../../src/data/index.js";
import { mse } from "../../src/loss/index.js";
import { init, Linear, Module, ReLU, Sequential } from "../../src/nn/index.js";
import { SGD } from "../../src/optim/index.js";
import { manualSeed, randn, type Tensor } from "../../src/tensor/index.js";
import {
  type Callback,
  type DiagnoseOptions,
  type Diagnosing,
  diagnose,
  Trainer,
} from "../../src/train/index.js";
import { lineLoader, lineTrainer, weightsOf } from "./line.js";

/** Linear layers of one neuron that multiply by 0.1, and batches of 4 for them. */
function vanishing(callbacks: Callback[]) {
  manualSeed(2);
  const layer = () => new Linear(1, 1, { bias: false, initializer: init.constant(0.1) });
  const model = new Sequential(...Array.from({ length: 6 }, layer));
  const optimizer = new SGD(model.parameters(), { learningRate: 1e-3 });
  const trainer = new Trainer({ model, optimizer, loss: mse, callbacks });
  const data = new TensorDataset([randn([10, 1]), randn([10, 1])]);
  return { trainer, train: new DataLoader(data, { batchSize: 4 }) };
}

function recording(options: DiagnoseOptions = {}): { lines: string[]; callback: Diagnosing } {
  const lines: string[] = [];
  return { lines, callback: diagnose({ write: (line) => lines.push(line), ...options }) };
}

describe("diagnose", () => {
  test("looks at the first batch of an epoch and at each one so many later", async () => {
    const { callback } = recording({ every: 3 });
    const { trainer } = lineTrainer({ callbacks: [callback] });
    await trainer.fit({ train: lineLoader(20, 4), validation: lineLoader(5), epochs: 2 });
    expect(callback.history.map(({ epoch, batch }) => [epoch, batch])).toEqual([
      [1, 1],
      [1, 4],
      [2, 1],
      [2, 4],
    ]);
    const [first, , , last] = callback.history;
    expect(first?.layers).toHaveLength(1);
    expect(first?.parameters.map(({ path }) => path)).toEqual(["weight", "bias"]);
    // The nearer the line, the smaller the gradient.
    expect(last?.layers[0]?.gradient).toBeLessThan(first?.layers[0]?.gradient ?? 0);
  });

  test("waits for the batch that completes an update, which alone has gradients", async () => {
    const { callback } = recording({ every: 5 });
    const { model, trainer } = lineTrainer({ callbacks: [callback], accumulate: 3 });
    // 8 batches an epoch: updates at 3, 6 and 8.
    await trainer.fit({ train: lineLoader(32, 4), epochs: 2 });
    expect(callback.history.map(({ epoch, batch }) => [epoch, batch])).toEqual([
      [1, 3],
      [1, 6],
      [2, 3],
      [2, 6],
    ]);
    expect(callback.history[0]?.parameters).toHaveLength(2);
    const updates = callback.history.map(({ parameters }) => parameters[0]?.updateRatio);
    expect(new Set(updates).size).toBe(4);
    expect(Object.hasOwn(model, "forward")).toBe(false);
  });

  test("says what is wrong once, and again in the next fit", async () => {
    const { lines, callback } = recording({ every: 1 });
    const { trainer, train } = vanishing([callback]);
    await trainer.fit({ train, epochs: 2 });
    expect(callback.history).toHaveLength(6);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^epoch 1, batch 1: The gradients vanish: that of layers\.0 is 1e-5 of that of layers\.5/,
    );
    await trainer.fit({ train, epochs: 1 });
    expect(lines[1]).toMatch(/^epoch 3, batch 1: The gradients vanish/);
  });

  test("names every layer of dead units", async () => {
    const { lines, callback } = recording();
    const dead = () => new Linear(1, 4, { initializer: init.constant(0) });
    class Branches extends Module {
      branches = [dead(), dead()];
      relus = [new ReLU(), new ReLU()];
      output = new Linear(4, 1);
      forward(x: Tensor): Tensor {
        const [a, b] = this.branches.map((layer, index) =>
          this.relus[index]?.forward(layer.forward(x)),
        );
        return this.output.forward((a as Tensor).add(b as Tensor));
      }
    }
    const model = new Branches();
    const optimizer = new SGD(model.parameters());
    const trainer = new Trainer({ model, optimizer, loss: mse, callbacks: [callback] });
    await trainer.fit({ train: lineLoader(), epochs: 3 });
    expect(lines.filter((line) => line.includes("100 % of the units"))).toHaveLength(2);
  });

  test("changes no bit of the weights, and looks at no validation", async () => {
    const plain = lineTrainer();
    await plain.trainer.fit({ train: lineLoader(), epochs: 3 });
    const { callback } = recording({ every: 1 });
    const intercepted: boolean[] = [];
    const { model, trainer } = lineTrainer({
      callbacks: [callback],
      loss: (prediction, target) => {
        intercepted.push(Object.hasOwn(model, "forward"));
        return mse(prediction, target);
      },
    });
    await trainer.fit({ train: lineLoader(), validation: lineLoader(9, 9), epochs: 3 });
    expect(weightsOf(model)).toEqual(weightsOf(plain.model));
    // Two sizes of training batches, and validation.
    expect(intercepted).toEqual([true, true, false]);
    expect(Object.hasOwn(model, "forward")).toBe(false);
  });

  test("leaves the model alone when training fails", async () => {
    const { callback } = recording({ every: 1 });
    const { model, trainer } = lineTrainer({ callbacks: [callback], learningRate: 1e30 });
    await expect(trainer.fit({ train: lineLoader(), epochs: 3 })).rejects.toThrow("diverged");
    expect(Object.hasOwn(model, "forward")).toBe(false);
  });

  test.each([
    [{ every: 0 }, "diagnose: received every 0, expected an integer of at least 1"],
    [{ write: "console" }, 'diagnose: received "console" as write, expected a Function'],
    [{ each: 3 }, 'received an option named "each", expected names among every, write'],
  ])("refuses %j", (options, message) => {
    expect(() => diagnose(options as DiagnoseOptions)).toThrow(message);
  });
});
