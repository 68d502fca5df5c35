import { describe, expect, it, vi } from "vitest";
import type { Callback, TrainingContext } from "../../src/train/index.js";
import { lineLoader, lineTrainer, near, weightsOf } from "./line.js";

/** Waits for the event loop to come round some times. */
async function idle(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("callbacks", () => {
  it("are told everything in order", async () => {
    const told: string[] = [];
    const tell = (what: string, { epoch, batch }: TrainingContext) => {
      told.push(`${what} ${epoch}.${batch}`);
    };
    const callback: Callback = {
      onFitStart: (context) => tell("fit starts", context),
      onEpochStart: (context) => tell("epoch starts", context),
      onBatchEnd: (context) => tell("batch ends", context),
      onEpochEnd: (context) => tell("epoch ends", context),
      onFitEnd: (context) => tell("fit ends", context),
    };
    const { trainer } = lineTrainer({ callbacks: [callback] });
    await trainer.fit({ train: lineLoader(16), epochs: 2 });
    expect(told).toEqual([
      "fit starts 1.0",
      "epoch starts 1.0",
      "batch ends 1.1",
      "batch ends 1.2",
      "epoch ends 1.2",
      "epoch starts 2.0",
      "batch ends 2.1",
      "batch ends 2.2",
      "epoch ends 2.2",
      "fit ends 2.2",
    ]);
  });

  it("see sizes, history and the scores since a mark", async () => {
    const seen: number[] = [];
    let mark: Float64Array | undefined;
    let sizes: number[] = [];
    const { trainer } = lineTrainer({
      callbacks: [
        {
          onBatchEnd(context) {
            seen.push(context.scores(mark).loss);
            mark = context.mark();
          },
          onFitEnd({ batches, samples, lastEpoch, history }) {
            sizes = [batches, samples, lastEpoch, history.epochs.length];
          },
        },
      ],
    });
    const { epochs } = await trainer.fit({ train: lineLoader(20, 8), epochs: 1 });
    expect(sizes).toEqual([3, 20, 1, 1]);
    const [first, second, last] = seen as [number, number, number];
    expect(epochs[0]?.train.loss).toBeCloseTo((8 * first + 8 * second + 4 * last) / 20, 10);
  });

  it("pass their errors on, and every callback hears how it ended", async () => {
    const heard: unknown[] = [];
    const { trainer, model } = lineTrainer({
      callbacks: [
        {
          onBatchEnd: () => {
            throw new Error("disk full");
          },
          onFitEnd: () => {
            throw new Error("and this must not hide it");
          },
        },
        { onFitEnd: ({ failure }) => void heard.push(failure) },
      ],
    });
    model.eval();
    await expect(trainer.fit({ train: lineLoader(), epochs: 1 })).rejects.toThrow("disk full");
    expect(heard).toEqual([new Error("disk full")]);
    expect(model.training).toBe(false);
  });

  it("may throw at the end of a fit", async () => {
    const { trainer } = lineTrainer({
      callbacks: [{ onFitEnd: () => Promise.reject(new Error("late")) }],
    });
    await expect(trainer.fit({ train: lineLoader(), epochs: 1 })).rejects.toThrow("late");
  });
});

describe("steering", () => {
  it("pauses after the batch, and goes on as if nothing had been", async () => {
    const undisturbed = lineTrainer();
    await undisturbed.trainer.fit({ train: lineLoader(), epochs: 2 });

    let context: TrainingContext | undefined;
    let batches = 0;
    const { model, trainer } = lineTrainer({
      callbacks: [
        {
          onBatchEnd(current) {
            batches++;
            context = current;
            if (batches === 2) current.pause();
          },
        },
      ],
    });
    const fit = trainer.fit({ train: lineLoader(), epochs: 2 });
    await idle();
    expect([batches, context?.paused]).toEqual([2, true]);
    const held = weightsOf(model);
    await idle();
    expect(weightsOf(model)).toEqual(held);
    context?.resume();
    await fit;
    expect([batches, context?.paused]).toEqual([6, false]);
    expect(weightsOf(model)).toEqual(weightsOf(undisturbed.model));
  });

  it("does not count a pause as time of the epoch", async () => {
    // In the past, so that the real clock does not seem to go backwards afterwards.
    let clock = performance.now() - 100_000;
    const now = vi.spyOn(performance, "now").mockImplementation(() => clock);
    const { trainer } = lineTrainer({
      callbacks: [
        {
          onEpochStart(context) {
            clock += 2000;
            context.pause();
            setImmediate(() => {
              clock += 60_000;
              context.resume();
            });
          },
        },
      ],
    });
    const { epochs } = await trainer
      .fit({ train: lineLoader(), epochs: 1 })
      .finally(() => now.mockRestore());
    expect(epochs[0]?.seconds).toBeCloseTo(2, 6);
  });

  it("stops after the batch, with the first reason, and without a record of half an epoch", async () => {
    let batches = 0;
    const { trainer } = lineTrainer({
      callbacks: [
        {
          onBatchEnd(context) {
            if (++batches !== 5) return;
            context.stop("seen enough");
            context.stop("too late");
          },
        },
      ],
    });
    const history = await trainer.fit({ train: lineLoader(20, 8), epochs: 9 });
    expect(batches).toBe(5);
    expect(history.stopped).toBe("seen enough");
    expect(history.epochs.length).toBe(1);
  });

  it("stops in a pause", async () => {
    let context: TrainingContext | undefined;
    const { trainer } = lineTrainer({
      callbacks: [
        {
          onBatchEnd(current) {
            context = current;
            current.pause();
          },
        },
      ],
    });
    const fit = trainer.fit({ train: lineLoader(), epochs: 9 });
    await idle();
    context?.stop("changed my mind");
    expect((await fit).stopped).toBe("changed my mind");
    expect(context?.batch).toBe(1);
  });

  it("keeps an epoch that was complete when it was stopped", async () => {
    const { trainer } = lineTrainer({
      callbacks: [
        {
          onBatchEnd(context) {
            if (context.batch === 3) context.stop("enough");
          },
        },
      ],
    });
    const { epochs } = await trainer.fit({ train: lineLoader(20, 8), epochs: 9 });
    expect(epochs.length).toBe(1);
  });

  it("changes the learning rate with the next batch", async () => {
    const weights: number[][] = [];
    const { model, optimizer, trainer } = lineTrainer({
      callbacks: [
        {
          onBatchEnd(context) {
            weights.push(weightsOf(model));
            if (context.batch === 2) context.learningRate = 1e-20;
          },
        },
      ],
    });
    const { epochs } = await trainer.fit({ train: lineLoader(20, 8), epochs: 1 });
    expect(weights[1]).not.toEqual(weights[0]);
    expect(weights[2]).toEqual(weights[1]);
    expect(optimizer.learningRate).toBe(1e-20);
    expect(epochs[0]?.learningRate).toBe(1e-20);
  });

  it("ends with an AbortSignal after the batch", async () => {
    const controller = new AbortController();
    let batches = 0;
    const { trainer } = lineTrainer({
      callbacks: [
        {
          onBatchEnd() {
            if (++batches === 4) controller.abort(new Error("interrupted"));
          },
        },
      ],
    });
    const { signal } = controller;
    const history = await trainer.fit({ train: lineLoader(20, 8), epochs: 9, signal });
    expect([batches, history.stopped, history.epochs.length]).toEqual([4, "interrupted", 1]);
  });

  it("ends a validation in the middle, and then has no record of the epoch", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const { model, trainer } = lineTrainer({
      metrics: [
        {
          ...near,
          statistics: (prediction, target) => {
            if (!model.training) controller.abort("enough");
            return near.statistics(prediction, target);
          },
        },
      ],
    });
    const loaders = { train: lineLoader(20, 8), validation: lineLoader(20, 5) };
    const history = await trainer.fit({ ...loaders, epochs: 3, signal });
    expect(history).toEqual({ epochs: [], stopped: "enough" });
  });

  it("does not begin with a signal that was aborted before", async () => {
    const { model, trainer } = lineTrainer();
    const before = weightsOf(model);
    const signal = AbortSignal.abort("never mind");
    const history = await trainer.fit({ train: lineLoader(), epochs: 3, signal });
    expect(history).toEqual({ epochs: [], stopped: "never mind" });
    expect(weightsOf(model)).toEqual(before);
  });

  it("gives timers and signals their turn in a long epoch", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort("a timer"), 0);
    const { trainer } = lineTrainer();
    const { signal } = controller;
    const history = await trainer.fit({ train: lineLoader(20, 1), epochs: 100_000, signal });
    expect(history.stopped).toBe("a timer");
  });
});
