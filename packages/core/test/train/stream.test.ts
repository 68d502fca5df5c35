import { describe, expect, it } from "vitest";
import { DataLoader, StreamLoader, type StreamSource } from "../../src/data/index.js";
import { tensor } from "../../src/tensor/index.js";
import { line, lineTrainer, near, weightsOf } from "./line.js";

/** The points of the line as a stream, in chunks of three. */
function lineStream(samples: number, known = true): StreamSource {
  const [x, y] = line(samples).take(tensor(Int32Array.from({ length: samples }, (_, i) => i)));
  return {
    columns: ["x", "y"].map((name) => ({ name, shape: [1], dtype: "float32" })),
    ...(known && { samples }),
    async *read() {
      for (let start = 0; start < samples; start += 3) {
        yield [x, y].map((column) => column.dataSync().subarray(start, start + 3));
      }
    },
  };
}

describe("a Trainer on a stream", () => {
  it.each([true, false])(
    "does to the bit what it does in memory (length known: %s)",
    async (known) => {
      const runs = [];
      for (const [train, validation] of [
        [new DataLoader(line(20), { batchSize: 8 }), new DataLoader(line(7), { batchSize: 4 })],
        [
          new StreamLoader(lineStream(20, known), { batchSize: 8 }),
          new StreamLoader(lineStream(7, known), { batchSize: 4 }),
        ],
      ] as const) {
        // Of three batches the third is a smaller one, and completes the second update.
        const { model, trainer } = lineTrainer({ accumulate: 2, metrics: [near] });
        const { epochs } = await trainer.fit({ train, validation, epochs: 3 });
        const scores = epochs.map((record) => [record.train, record.validation]);
        runs.push({ weights: weightsOf(model), scores, evaluated: await trainer.evaluate(train) });
      }
      expect(runs[1]).toEqual(runs[0]);
    },
  );

  it("traces the model once for each batch size", async () => {
    const { model, trainer } = lineTrainer();
    let traced = 0;
    const { forward } = model;
    model.forward = (x) => {
      traced++;
      return forward.call(model, x);
    };
    const train = new StreamLoader(lineStream(20), { batchSize: 8, shuffleBuffer: 6 });
    await trainer.fit({ train, epochs: 4 });
    expect(traced).toBe(2);
  });

  it("applies the transform inside the step", async () => {
    const { model, trainer } = lineTrainer();
    const train = new StreamLoader(lineStream(20), {
      batchSize: 8,
      shuffleBuffer: 20,
      transform: (x, y) => [x, y.add(5)] as never,
    });
    await trainer.fit({ train, epochs: 60 });
    const [slope, intercept] = weightsOf(model);
    expect(slope).toBeCloseTo(3, 2);
    expect(intercept).toBeCloseTo(3, 2);
  });

  it("tells callbacks the length once it is known", async () => {
    const seen: number[][] = [];
    const { trainer } = lineTrainer({
      callbacks: [
        { onBatchEnd: ({ batch, batches, samples }) => void seen.push([batch, batches, samples]) },
      ],
    });
    await trainer.fit({
      train: new StreamLoader(lineStream(5, false), { batchSize: 3 }),
      epochs: 2,
    });
    const open = Number.POSITIVE_INFINITY;
    const epoch = [
      [1, open, open],
      [2, 2, 5],
    ];
    expect(seen).toEqual([...epoch, ...epoch]);
  });

  it("stops in the middle, closes the source and leaves the epoch out", async () => {
    let closed = 0;
    const source = lineStream(20);
    const read = source.read;
    const watched: StreamSource = {
      ...source,
      async *read(epoch) {
        try {
          yield* read(epoch);
        } finally {
          closed++;
        }
      },
    };
    const { trainer } = lineTrainer({ callbacks: [{ onBatchEnd: (fit) => fit.stop("enough") }] });
    const history = await trainer.fit({
      train: new StreamLoader(watched, { batchSize: 4 }),
      epochs: 2,
    });
    expect(history).toEqual({ epochs: [], stopped: "enough" });
    expect(closed).toBe(1);
  });

  it("passes on what reading throws", async () => {
    const source: StreamSource = {
      ...lineStream(6),
      async *read() {
        yield [Float32Array.of(1), Float32Array.of(1)];
        throw new Error("the disk is gone");
      },
    };
    const { trainer } = lineTrainer();
    const fit = trainer.fit({ train: new StreamLoader(source, { batchSize: 1 }), epochs: 1 });
    await expect(fit).rejects.toThrow("the disk is gone");
  });

  it("refuses what is no loader", async () => {
    const { trainer } = lineTrainer();
    const train = lineStream(5) as unknown as StreamLoader;
    await expect(trainer.fit({ train, epochs: 1 })).rejects.toThrow(
      "received a plain object as the training data, expected a DataLoader, or a StreamLoader",
    );
  });
});
