import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Callback,
  DataLoader,
  EarlyStopping,
  loss,
  manualSeed,
  metrics,
  nn,
  optim,
  ReduceOnPlateau,
  rand,
  StreamLoader,
  type Tensor,
  TensorDataset,
  Trainer,
  type TrainerOptions,
  type TrainingContext,
  type TrainingState,
  tensor,
} from "../../src/index.js";

const epochs = 4;

interface Situation {
  readonly optimizer: "sgd" | "adam";
  readonly accumulate: number;
  readonly averaged: boolean;
  readonly control: "none" | "earlyStopping" | "plateau" | "schedule";
  readonly streamed: boolean;
  /** From the second epoch on, normalisation keeps its statistics and a bias its value. */
  readonly fixes?: boolean;
}

/** 22 noisy points in batches of 4, the last of two. */
function makeData(streamed: boolean) {
  manualSeed(7);
  const x = rand([22, 3]);
  const y = x.matmul(tensor([[1], [-2], [3]])).add(rand([22, 1]));
  const [xs, ys] = [Float32Array.from(x.dataSync()), Float32Array.from(y.dataSync())];
  if (!streamed) {
    const dataset = new TensorDataset([
      tensor(xs, { shape: [22, 3] }),
      tensor(ys, { shape: [22, 1] }),
    ]);
    return new DataLoader(dataset, { batchSize: 4, shuffle: true, seed: 3 });
  }
  const source = {
    columns: [
      { name: "x", shape: [3], dtype: "float32" as const },
      { name: "y", shape: [1], dtype: "float32" as const },
    ],
    async *read() {
      yield [xs.slice(), ys.slice()];
    },
  };
  return new StreamLoader(source, { batchSize: 4, shuffleBuffer: 9, seed: 3 });
}

/** Everything anew, as another process would make it. */
function prepare({ optimizer, accumulate, averaged, control, streamed, fixes }: Situation) {
  const train = makeData(streamed);
  manualSeed(11);
  const model = new nn.Sequential(
    new nn.Linear(3, 8),
    new nn.BatchNorm1d(8),
    new nn.Dropout(0.4),
    new nn.Linear(8, 1),
  );
  const options = { learningRate: optimizer === "sgd" ? 0.005 : 0.05 };
  const watching: Callback[] = [];
  if (control === "earlyStopping") {
    watching.push(new EarlyStopping({ monitor: "train.loss", patience: 1 }));
  }
  if (control === "plateau") {
    const rates = { monitor: "train.loss", patience: 0, minimumChange: 0.3, factor: 0.5 };
    watching.push(new ReduceOnPlateau(rates));
  }
  if (fixes) {
    watching.push({
      onEpochStart({ epoch }) {
        if (epoch !== 2) return;
        model.layers[1]?.eval();
        model.freeze("layers.0.bias");
      },
    });
  }
  const parts = {
    model,
    loss: loss.meanSquaredError,
    optimizer:
      optimizer === "sgd"
        ? new optim.SGD(model.parameters(), { ...options, momentum: 0.9 })
        : new optim.Adam(model.parameters(), options),
    metrics: [metrics.meanAbsoluteError()],
    accumulate,
    ...(averaged && {
      average: new optim.ExponentialMovingAverage(model.parameters(), { decay: 0.8 }),
    }),
    ...(control === "schedule" && {
      schedule: { perStep: optim.schedule.cosine({ length: 30 }) },
    }),
  } satisfies Omit<TrainerOptions, "callbacks">;
  return { train, parts, watching, model };
}

/** Trains to the end, and keeps the state after each batch and each epoch. */
async function trainThrough(situation: Situation) {
  const { train, parts, watching, model } = prepare(situation);
  const states: TrainingState[] = [];
  const keep: Callback = {
    onBatchEnd: (context) => {
      states.push(context.state());
    },
    onEpochEnd: (context) => {
      states.push(context.state());
    },
  };
  const trainer = new Trainer({ ...parts, callbacks: [...watching, keep] });
  const history = await trainer.fit({ train, validation: train, epochs });
  return { states, outcome: await outcomeOf(trainer, model, history.epochs) };
}

const elements = (dict: Iterable<[string, Tensor]>) =>
  Object.fromEntries([...dict].map(([name, value]) => [name, [...value.dataSync()]]));

async function outcomeOf(
  trainer: Trainer,
  model: nn.Module,
  records: readonly { seconds: number }[],
) {
  return {
    weights: elements(model.stateDict()),
    measured: elements(trainer.stateDict()),
    optimizer: elements(trainer.optimizer.stateDict()),
    records: records.map(({ seconds: _seconds, ...record }) => record),
    nextDraw: rand([2]).dataSync(),
  };
}

describe("Trainer.fit from a state", () => {
  const situations = fc.record({
    optimizer: fc.constantFrom("sgd" as const, "adam" as const),
    accumulate: fc.constantFrom(1, 3),
    averaged: fc.boolean(),
    control: fc.constantFrom(
      "none" as const,
      "earlyStopping" as const,
      "plateau" as const,
      "schedule" as const,
    ),
    streamed: fc.boolean(),
    fixes: fc.boolean(),
  });

  test("ends with the bits of a fit that was never interrupted, wherever it was", async () => {
    await fc.assert(
      fc.asyncProperty(situations, fc.nat(), async (situation, position) => {
        const { states, outcome } = await trainThrough(situation);
        const from = states[position % states.length] as TrainingState;
        const json = { ...from, loop: JSON.parse(JSON.stringify(from.loop)) };
        const { train, parts, watching, model } = prepare(situation);
        manualSeed(99);
        const trainer = new Trainer({ ...parts, callbacks: [...watching, { onBatchEnd() {} }] });
        const history = await trainer.fit({ train, validation: train, epochs, from: json });
        expect(await outcomeOf(trainer, model, history.epochs)).toEqual(outcome);
      }),
      { numRuns: 25 },
    );
  });

  test("refuses what is no state, and the state of other parts or data", async () => {
    const plain = {
      optimizer: "sgd",
      accumulate: 1,
      averaged: false,
      control: "none",
      streamed: false,
    } as const;
    const { states } = await trainThrough(plain);
    const from = states[2] as TrainingState;
    const { train, parts } = prepare(plain);
    const callbacks = [{ onBatchEnd() {} }];
    const fit = (options: object, given: object = { callbacks }) =>
      new Trainer({ ...parts, ...given }).fit({ train, epochs, ...options } as never);
    await expect(fit({ from: {} })).rejects.toThrow(
      "Trainer.fit: received a plain object as what to go on from, expected what context.state()",
    );
    await expect(fit({ from }, { callbacks: [] })).rejects.toThrow(
      "received a state of 1 callbacks, and this Trainer has 0",
    );
    const adam = new optim.Adam(parts.model.parameters(), { learningRate: 0.1 });
    await expect(fit({ from }, { callbacks, optimizer: adam })).rejects.toThrow(
      "Adam.loadStateDict",
    );
    const short = new DataLoader(new TensorDataset([rand([8, 3]), rand([8, 1])]), { batchSize: 4 });
    await expect(fit({ from, train: short })).rejects.toThrow(
      "received a state after batch 3 of epoch 1, and the data have 2 batches",
    );
  });

  test("a rate that somebody sets stays, and a schedule goes on from it", async () => {
    const rates: number[] = [];
    const { train, parts } = prepare({
      optimizer: "sgd",
      accumulate: 1,
      averaged: false,
      control: "schedule",
      streamed: false,
    });
    const trainer = new Trainer({
      ...parts,
      schedule: { perEpoch: optim.schedule.step({ every: 1, factor: 0.5 }) },
      callbacks: [
        {
          onBatchEnd(context) {
            rates.push(context.learningRate);
            if (rates.length === 2) context.learningRate = 0.01;
          },
        },
      ],
    });
    await trainer.fit({ train, epochs: 2 });
    expect(rates.map((rate) => Number(rate.toFixed(6)))).toEqual([
      ...[0.005, 0.005, 0.01, 0.01, 0.01, 0.01],
      ...[0.005, 0.005, 0.005, 0.005, 0.005, 0.005],
    ]);
  });

  test("a training that was stopped stays stopped, one that was interrupted goes on", async () => {
    const plain = {
      optimizer: "sgd",
      accumulate: 1,
      averaged: false,
      control: "none",
      streamed: false,
    } as const;
    const controller = new AbortController();
    const endOf = async (end: (context: TrainingContext) => void) => {
      const { train, parts } = prepare(plain);
      let state: TrainingState | undefined;
      const ending: Callback = {
        onBatchEnd: (context) => {
          if (context.epoch === 2 && context.batch === 3) end(context);
        },
        onFitEnd: (context) => {
          state = context.state();
        },
      };
      const { signal } = controller;
      await new Trainer({ ...parts, callbacks: [ending] }).fit({ train, epochs, signal });
      const again = prepare(plain);
      const trainer = new Trainer({ ...again.parts, callbacks: [{ onBatchEnd() {} }] });
      return trainer.fit({ train: again.train, epochs, ...(state && { from: state }) });
    };
    const stopped = await endOf((context) => context.stop("enough"));
    expect(stopped).toMatchObject({ stopped: "enough", epochs: [{ epoch: 1 }] });
    const interrupted = await endOf(() => controller.abort("Ctrl-C"));
    expect(interrupted.epochs).toHaveLength(epochs);
    expect(interrupted).not.toHaveProperty("stopped");
  });
});
