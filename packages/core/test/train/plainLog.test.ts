import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { meanSquaredError } from "../../src/loss/index.js";
import type { Metric } from "../../src/metrics/index.js";
import { type EpochRecord, plainLog } from "../../src/train/index.js";
import { Meter } from "../../src/train/meter.js";
import { RunningFit } from "../../src/train/runningFit.js";
import { Update } from "../../src/train/update.js";
import { lineLoader, lineTrainer, near } from "./line.js";

const accuracy: Metric = {
  name: "accuracy",
  statistics: (prediction) => prediction,
  result: ([right = 0, all = 0]) => right / all,
};

/** A fit of 1782 batches of 64 samples, to which batches are added by hand. */
function textClassifier(metrics: readonly Metric[]): RunningFit {
  const { model, optimizer } = lineTrainer();
  const sizes = { firstEpoch: 1, lastEpoch: 3, batches: 1782, samples: 1782 * 64 };
  const update = new Update({ model, optimizer, loss: meanSquaredError });
  const parts = { model, optimizer, average: undefined, update, callbacks: [] };
  const plan = { ...parts, scoreNames: [], stepsBefore: 0, ...sizes };
  return new RunningFit(plan, new Meter(metrics, [2]));
}

const record = (scores: Partial<EpochRecord>): EpochRecord => ({
  epoch: 1,
  seconds: 10.58,
  learningRate: 5,
  train: { loss: 0.5, accuracy: 0.8 },
  ...scores,
});

describe("plainLog", () => {
  it("writes the documented lines, with the accuracy since the last line", () => {
    const lines: string[] = [];
    const log = plainLog({ write: (line) => lines.push(line) });
    const fit = textClassifier([accuracy]);
    log.onEpochStart?.(fit);
    for (let batch = 1; batch <= 1782; batch++) {
      // Half of the batches' answers are right at first, three quarters after 500 batches.
      fit.endBatch([0.5, batch <= 500 ? 32 : 48, 64], 64);
      log.onBatchEnd?.(fit);
    }
    log.onEpochEnd?.(fit, record({ validation: { loss: 0.4, accuracy: 0.8834 } }));
    expect(lines).toEqual([
      "| epoch   1 |   500/ 1782 batches | accuracy    0.500",
      "| epoch   1 |  1000/ 1782 batches | accuracy    0.750",
      "| epoch   1 |  1500/ 1782 batches | accuracy    0.750",
      "-----------------------------------------------------------",
      "| end of epoch   1 | time: 10.58s | valid accuracy    0.883",
      "-----------------------------------------------------------",
    ]);
  });

  it("says train where there is no validation, and shows small values", () => {
    const lines: string[] = [];
    const log = plainLog({ write: (line) => lines.push(line), metric: "loss" });
    const train = { loss: 0.0000123 };
    log.onEpochEnd?.(textClassifier([]), record({ epoch: 12, seconds: 0.5, train }));
    expect(lines[0]).toBe("| end of epoch  12 | time:  0.50s | train loss  1.23e-5");
  });

  it("starts anew with every epoch of a fit, and falls back to the loss", async () => {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const { trainer } = lineTrainer({ callbacks: [plainLog({ write, every: 2 })] });
    const { epochs } = await trainer.fit({ train: lineLoader(16, 8), epochs: 2 });
    const losses = epochs.map(({ train }) => train.loss.toFixed(3).padStart(8));
    expect(lines.filter((line) => line.includes("batches"))).toEqual([
      `| epoch   1 |     2/    2 batches | loss ${losses[0]}`,
      `| epoch   2 |     2/    2 batches | loss ${losses[1]}`,
    ]);
  });

  it("takes the first metric, or the one that is named", async () => {
    for (const [metric, expected] of [
      [undefined, "near"],
      ["loss", "loss"],
    ] as const) {
      const lines: string[] = [];
      const write = (line: string) => void lines.push(line);
      const log = plainLog({ write, ...(metric && { metric }) });
      const { trainer } = lineTrainer({ metrics: [near], callbacks: [log] });
      await trainer.fit({ train: lineLoader(), validation: lineLoader(), epochs: 1 });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(
        new RegExp(`\\| train ${expected} +\\S+ \\| valid ${expected} +\\S+$`),
      );
    }
  });

  it("writes a line an epoch where no batch has one, with both scores", () => {
    const lines: string[] = [];
    const log = plainLog({ write: (line) => lines.push(line), every: 2 });
    const fit = textClassifier([accuracy]);
    const epoch = (batches: number): void => {
      log.onEpochStart?.(fit);
      for (let batch = 0; batch < batches; batch++) {
        fit.endBatch([0.5, 32, 64], 64);
        log.onBatchEnd?.(fit);
      }
      log.onEpochEnd?.(fit, record({ validation: { loss: 0.4, accuracy: 0.8834 } }));
    };
    epoch(1);
    expect(lines.splice(0)).toEqual([
      "| end of epoch   1 | time: 10.58s | train accuracy    0.800 | valid accuracy    0.883",
    ]);
    fit.batch = 0;
    epoch(2);
    expect(lines).toHaveLength(4);
    fit.batch = 0;
    epoch(1);
    expect(lines).toHaveLength(5);
  });

  it("refuses bad intervals and unknown metrics", async () => {
    expect(() => plainLog({ write: () => {}, every: 0 })).toThrow(ArgumentError);
    expect(() => plainLog({ write: () => {}, every: 0 })).toThrow(/received every 0/);
    const log = plainLog({ write: () => {}, metric: "f1" });
    const { trainer } = lineTrainer({ callbacks: [log], metrics: [near] });
    await expect(trainer.fit({ train: lineLoader(), epochs: 1 })).rejects.toThrow(
      /received metric "f1", expected one of loss, near/,
    );
  });
});
