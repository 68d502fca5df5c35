// Over-fitting made visible, and cured: a network far too large for 60 noisy points learns them by
// heart, so that its cost on other points grows while that on its own falls. Each cure keeps it from
// doing so.
//   versant train examples/overfitting.ts
import {
  choice,
  DataLoader,
  EarlyStopping,
  type EpochRecord,
  experiment,
  formatTable,
  generatedData,
  int,
  loss,
  manualSeed,
  metrics,
  nn,
  optim,
  real,
  split,
  type Tensor,
  Trainer,
} from "versant";

const cures = ["none", "L1", "L2", "elasticNet", "dropout", "earlyStopping"] as const;
type Cure = (typeof cures)[number];

interface Settings {
  readonly width: number;
  readonly learningRate: number;
  readonly penalty: number;
  readonly drop: number;
}

/** The parts of a Trainer with one of the cures, from the same initial weights, and its record. */
function treat(cure: Cure, { width, learningRate, penalty, drop }: Settings, seed: number) {
  manualSeed(seed);
  const dropout = () => (cure === "dropout" ? [new nn.Dropout(drop)] : []);
  const model = new nn.Sequential(
    ...[new nn.Linear(2, width), new nn.ReLU(), ...dropout()],
    ...[new nn.Linear(width, width), new nn.ReLU(), ...dropout()],
    new nn.Linear(width, 2),
  );
  const weights = model.parameters().filter(({ rank }) => rank > 1);
  const penalties: Partial<Record<Cure, () => Tensor>> = {
    // The pull of |w| does not grow weaker as w does, so that a tenth of it suffices.
    L1: () => loss.l1Penalty(weights, penalty / 10),
    L2: () => loss.l2Penalty(weights, penalty),
    elasticNet: () => loss.elasticNetPenalty(weights, penalty / 5, { l1Ratio: 0.5 }),
  };
  const added = penalties[cure];
  const records: EpochRecord[] = [];
  const remember = { onEpochEnd: (_: unknown, record: EpochRecord) => void records.push(record) };
  const stop = new EarlyStopping({ monitor: "validation.log loss", mode: "min", patience: 30 });
  const parts = {
    model,
    loss: (scores: Tensor, labels: Tensor) => {
      const plain = loss.crossEntropy(scores, labels);
      return added ? plain.add(added()) : plain;
    },
    optimizer: new optim.Adam(model.parameters(), { learningRate }),
    // The loss without what a penalty adds to it, so that all cures compare.
    metrics: [metrics.logLoss()],
    callbacks: cure === "earlyStopping" ? [remember, stop] : [remember],
  };
  return { parts, records };
}

export default experiment({
  name: "overfitting",
  about: "a network learns 60 noisy points by heart, and is cured of it",
  hyperparameters: {
    cure: choice("none", { options: cures, about: "what the first network is given" }),
    width: int(256, { min: 1, max: 1024, about: "neurons a hidden layer" }),
    penalty: real(0.02, { min: 0, max: 10, about: "alpha of L2; L1 and elastic net go by it" }),
    drop: real(0.8, { min: 0, max: 0.95, about: "share of neurons that drop out" }),
    learningRate: real(3e-3, { min: 1e-5, max: 1, scale: "log", about: "step size of Adam" }),
    epochs: int(200, { min: 5, max: 10_000, about: "passes over the 60 points" }),
    batchSize: int(20, { min: 1, max: 60, about: "points a step" }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    const moons = generatedData("moons", { samples: 2560, noise: 0.35, seed });
    const [train, validation, test] = split(moons.dataset, [60, 500, 2000], {
      seed,
      stratifyBy: moons.labels,
    });
    const data = { train, validation, test };
    const { parts, records } = treat(hp.cure, hp, seed);
    return {
      data,
      ...parts,

      async inspect() {
        const measured: Record<string, Record<string, number>> = {};
        for (const cure of cures) {
          const other = treat(cure, hp, seed);
          const trainer = new Trainer(other.parts);
          const loader = (part: typeof data.train, shuffle: boolean) =>
            new DataLoader(part, { batchSize: shuffle ? hp.batchSize : 1000, shuffle, seed });
          await trainer.fit({
            train: loader(data.train, true),
            validation: loader(data.validation, false),
            epochs: hp.epochs,
          });
          const costOn = async (part: typeof data.train): Promise<number> =>
            (await trainer.evaluate(loader(part, false)))["log loss"] ?? Number.NaN;
          measured[cure] = {
            epochs: other.records.length,
            train: await costOn(data.train),
            validation: await costOn(data.validation),
            test: await costOn(data.test),
          };
        }
        const rows = Object.entries(measured).map(([cure, { epochs = 0, ...costs }]) => [
          cure,
          String(epochs),
          ...Object.values(costs).map((each) => each.toFixed(3)),
        ]);
        const header = ["cure", "epochs", "train", "validation", "test"];
        return {
          lines: [
            ...curves(records),
            "cost of each cure in the end",
            ...formatTable({ header, rows, numbersFrom: 1, cut: 0 }).lines,
          ],
          report: { cures: measured },
        };
      },
    };
  },
});

/** The costs of ten epochs, a line each, with bars: o in training, x in validation. */
function curves(records: readonly EpochRecord[]): string[] {
  const shown = records.filter(({ epoch }) => epoch % Math.ceil(records.length / 10) === 0);
  const place = (value: number): number => Math.round(Math.min(value, 2) * 25);
  const lines = shown.map(({ epoch, train, validation }) => {
    const [own = 0, others = 0] = [train, validation].map((scores) => scores?.["log loss"]);
    const bar = [..." ".repeat(51)];
    bar[place(own)] = "o";
    bar[place(others)] = "x";
    return `epoch ${String(epoch).padStart(5)}  ${own.toFixed(3)}  ${others.toFixed(3)}  ${bar.join("").trimEnd()}`;
  });
  return ["cost of training (o) and validation (x), from 0 to 2", ...lines];
}
