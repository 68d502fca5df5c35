import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import type { Scores, TrainingContext } from "@versant/core";
import { describe, expect, test } from "vitest";
import { progressBar, progressLine } from "../../src/progress/bar.js";
import { formatCount, formatDuration, formatScore } from "../../src/progress/format.js";
import { conclusion } from "../../src/progress/outline.js";

describe("formats", () => {
  test("are short and the same everywhere", () => {
    expect(formatCount(38_370)).toBe("38,370");
    expect([7, 725, 3725].map(formatDuration)).toEqual(["0:07", "12:05", "1:02:05"]);
    expect([0.9671, 1.75, 0, 1.2e-5, 1e9].map(formatScore)).toEqual([
      "0.9671",
      "1.750",
      "0.000",
      "1.20e-5",
      "1.00e+9",
    ]);
    expect(formatScore(Number.NaN)).toBe("NaN");
  });
});

describe("the progress line", () => {
  const plan = { firstEpoch: 1, lastEpoch: 10, batches: 100, samples: 6400 };
  const scores = (): Scores => ({ loss: 0.25, accuracy: 0.9 });

  test("shows progress, rate, time left, loss and metrics", () => {
    const context = { ...plan, epoch: 3, batch: 50, scores, history: { epochs: [] } };
    // A quarter of 10 epochs of 6400 samples in 4 seconds.
    expect(progressLine(context, 4, { loss: 0.5, accuracy: 0.8 })).toBe(
      "epoch  3/10 █████░░░░░░░░░░░░░░░  25% | 4,000 samples/s | 0:12 left | " +
        "loss 0.2500 | accuracy 0.9000 | validation loss 0.5000 | validation accuracy 0.8000",
    );
  });

  test("has neither rate nor scores before the first batch", () => {
    const context = { ...plan, epoch: 1, batch: 0, scores, history: { epochs: [] } };
    expect(progressLine(context, 0)).toBe("epoch  1/10 ░░░░░░░░░░░░░░░░░░░░   0%");
  });

  test("between two epochs shows the scores of the last one", () => {
    const train = { loss: 0.125 };
    const epochs = [{ epoch: 1, seconds: 1, learningRate: 0.1, train }];
    const context = { ...plan, epoch: 2, batch: 0, scores, history: { epochs } };
    expect(progressLine(context, 1)).toContain("| loss 0.1250");
  });
});

describe("the progress bar", () => {
  test("draws no wider than the terminal, and gives the cursor back", () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 40 });
    const bar = progressBar(terminal as unknown as NodeJS.WriteStream);
    const context = {
      ...{ firstEpoch: 1, lastEpoch: 4, epoch: 1, batch: 0, batches: 10, samples: 640 },
      ...{ history: { epochs: [] }, scores: () => ({ loss: 0.25 }) },
    };
    const fit = context as unknown as TrainingContext;
    const listeners = process.listenerCount("exit");
    bar.onFitStart?.(fit);
    Object.assign(context, { epoch: 4, batch: 10 });
    bar.onFitEnd?.(fit);
    const drawn: string = terminal.read().toString();
    // Cursor hidden at first, shown in the end.
    expect(drawn.indexOf("\x1b[?25l")).toBeLessThan(drawn.indexOf("\x1b[?25h"));
    const lines = stripVTControlCharacters(drawn.replaceAll("\x1b[1G", "\n")).split("\n");
    const shown = lines.filter((line) => line.includes("epoch"));
    expect(shown[0]).toBe("epoch 1/4 ░░░░░░░░░░░░░░░░░░░░   0%");
    expect(shown.at(-1)).toMatch(/^epoch 4\/4 █{20} 100% \| /);
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(40);
    expect(process.listenerCount("exit")).toBe(listeners);
  });
});

describe("the conclusion", () => {
  const report = {
    ...{ experiment: "line", device: "native", arithmetic: "native-fma", seed: 42 },
    ...{ hyperparameters: {}, parameters: 2, epochs: [], weightsSha256: "f00d" },
    ...{ leaks: "not checked" as const },
    ...{ seconds: 1.26, peakMemoryMB: 81.6, test: { loss: 0.25, mae: 0.5 } },
    millisecondsPerPrediction: 0.01234,
    latencyMilliseconds: 0.5,
  };

  test("tells the test, what the experiment found, the cost and the weights", () => {
    expect(conclusion(report, ["at 10: 21.0"])).toEqual([
      "test              loss 0.2500 | mae 0.5000",
      "at 10: 21.0",
      "prediction        0.01234 ms a sample in batches, 0.5000 ms alone",
      "time              1.3 s, peak memory 82 MB",
      "weights           SHA-256 f00d",
    ]);
  });

  test("tells why training stopped early", () => {
    expect(conclusion({ ...report, stopped: "no progress" }, [])[0]).toBe(
      "stopped           no progress",
    );
  });
});
