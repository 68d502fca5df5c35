import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { type Callback, EarlyStopping, type EpochRecord } from "../../src/train/index.js";
import { lineLoader, lineTrainer, near, weightsOf } from "./line.js";

/** Makes the model worse from some epoch on by turning the rate against it. */
const spoilAfter = (epoch: number): Callback => ({
  onEpochStart(context) {
    if (context.epoch > epoch) context.learningRate = 1.5;
  },
});

describe("EarlyStopping", () => {
  it("stops when the score has not improved for so many epochs, and restores the best", async () => {
    const afterEpoch: number[][] = [];
    const stopping = new EarlyStopping({ patience: 2 });
    const { model, trainer } = lineTrainer({
      callbacks: [
        spoilAfter(4),
        { onEpochEnd: () => void afterEpoch.push(weightsOf(model)) },
        stopping,
      ],
    });
    const validation = lineLoader(9);
    const { epochs, stopped } = await trainer.fit({ train: lineLoader(), validation, epochs: 30 });
    expect(epochs.length).toBe(6);
    expect(stopped).toMatch(/^validation\.loss has not improved since .* in epoch 4$/);
    expect(stopping.best).toEqual({ epoch: 4, score: epochs[3]?.validation?.loss });
    expect(weightsOf(model)).toEqual(afterEpoch[3]);
    expect(weightsOf(model)).not.toEqual(afterEpoch[5]);
    expect((await trainer.evaluate(validation)).loss).toBe(stopping.best?.score);
  });

  it("keeps the last weights when asked", async () => {
    const afterEpoch: number[][] = [];
    const { model, trainer } = lineTrainer({
      callbacks: [
        spoilAfter(2),
        { onEpochEnd: () => void afterEpoch.push(weightsOf(model)) },
        new EarlyStopping({ patience: 1, monitor: "train.loss", restoreBestWeights: false }),
      ],
    });
    await trainer.fit({ train: lineLoader(), epochs: 30 });
    expect(weightsOf(model)).toEqual(afterEpoch.at(-1));
  });

  it("restores the best weights when the epochs run out too", async () => {
    const { model, trainer } = lineTrainer({
      callbacks: [spoilAfter(3), new EarlyStopping({ patience: 10, monitor: "train.loss" })],
    });
    const shorter = lineTrainer();
    await shorter.trainer.fit({ train: lineLoader(), epochs: 3 });
    const { epochs, stopped } = await trainer.fit({ train: lineLoader(), epochs: 5 });
    expect([epochs.length, stopped]).toEqual([5, undefined]);
    expect(weightsOf(model)).toEqual(weightsOf(shorter.model));
  });

  /** The epochs that scores last, without training. */
  async function epochsOf(
    scores: readonly number[],
    options: ConstructorParameters<typeof EarlyStopping>[0],
  ): Promise<number> {
    const stopping = new EarlyStopping(options);
    let epochs = 0;
    const faked: Callback = {
      onEpochEnd(context, record) {
        const score = scores[epochs++] as number;
        const fake: EpochRecord = { ...record, train: { loss: score, accuracy: score } };
        stopping.onEpochEnd(context, fake);
      },
    };
    const { trainer } = lineTrainer({ callbacks: [faked] });
    await trainer.fit({ train: lineLoader(), epochs: scores.length });
    return epochs;
  }

  it("wants an improvement of more than minimumChange", async () => {
    const scores = [1, 0.95, 0.9, 0.85, 0.8];
    const monitor = "train.loss";
    expect(await epochsOf(scores, { monitor, patience: 1 })).toBe(5);
    expect(await epochsOf(scores, { monitor, patience: 1, minimumChange: 0.1 })).toBe(2);
    expect(await epochsOf(scores, { monitor, patience: 3, minimumChange: 0.1 })).toBe(5);
  });

  it("takes larger as better in mode max, and NaN as never better", async () => {
    const monitor = "train.accuracy";
    expect(await epochsOf([0.1, 0.2, 0.3, 0.2, 0.1], { monitor, mode: "max", patience: 2 })).toBe(
      5,
    );
    expect(await epochsOf([0.1, 0.2, 0.3, 0.4], { monitor, mode: "min", patience: 2 })).toBe(3);
    const nan = Number.NaN;
    expect(await epochsOf([nan, nan, 1, 0.5], { monitor: "train.loss", patience: 2 })).toBe(2);
  });

  it("names the scores there are when the monitored one is not among them", async () => {
    let batches = 0;
    const count: Callback = { onBatchEnd: () => void batches++ };
    const callbacks = [new EarlyStopping({ patience: 1 }), count];
    const { model, trainer } = lineTrainer({ callbacks, metrics: [near] });
    model.eval();
    const fit = trainer.fit({ train: lineLoader(), epochs: 1 });
    await expect(fit).rejects.toThrow(ArgumentError);
    await expect(fit).rejects.toThrow(
      /^EarlyStopping: received monitor "validation.loss", expected one of train.loss, train.near; fit/,
    );
    await expect(fit).rejects.toThrow("fit was called without validation data.");
    const both = trainer.fit({ train: lineLoader(), validation: lineLoader(), epochs: 1 });
    await expect(both).resolves.toMatchObject({ epochs: [{ epoch: 1 }] });
    expect(batches).toBe(3);
    expect(model.training).toBe(false);
  });

  it("names the scores of both parts", async () => {
    const callbacks = [new EarlyStopping({ patience: 1, monitor: "validation.f1", mode: "max" })];
    const { trainer } = lineTrainer({ callbacks, metrics: [near] });
    const fit = trainer.fit({ train: lineLoader(), validation: lineLoader(), epochs: 1 });
    await expect(fit).rejects.toThrow(
      'EarlyStopping: received monitor "validation.f1", expected one of train.loss, train.near, ' +
        "validation.loss, validation.near.",
    );
  });

  it.each([
    [{ patience: 0 }, /received patience 0/],
    [{ patience: 1.5 }, /received patience 1.5/],
    [{ patience: 1, minimumChange: -1 }, /received minimumChange -1/],
    [{ patience: 1, minimumChange: "0.1" as never }, /received minimumChange "0.1"/],
    [{ patience: 1, monitor: 3 as never }, /^EarlyStopping: received monitor 3, expected the name/],
    [{ patience: 1, monitor: null as never }, /received monitor null/],
    [{ patience: 1, monitor: [] as never }, /received monitor a list of 0/],
    [
      { patience: 1, restoreBestWeights: "no" as never },
      /^EarlyStopping: received restoreBestWeights "no", expected true or false\.$/,
    ],
    [{ patience: 1, monitor: "validation.accuracy" }, /mode undefined for "validation.accuracy"/],
  ])("refuses %j", (options, message) => {
    expect(() => new EarlyStopping(options)).toThrow(ArgumentError);
    expect(() => new EarlyStopping(options)).toThrow(message);
  });
});
