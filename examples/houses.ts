// House prices from a table: a small network against linear regression, nearest neighbours, a support
// vector machine and a tree, all cross-validated in the same folds.
//   versant train examples/houses.ts
import {
  DataLoader,
  experiment,
  formatTable,
  housePrices,
  int,
  kFold,
  loss,
  metrics,
  nn,
  optim,
  real,
  type Table,
  TableEncoder,
  type Tensor,
  Trainer,
  tensor,
} from "versant";
import { baselines } from "./support/baselines.js";

const numbers = [
  "crim",
  "zn",
  "indus",
  "nox",
  "rm",
  "age",
  "dis",
  "rad",
  "tax",
  "ptratio",
  "lstat",
];

/** Learnt from the training part of each fold alone. */
const fitEncoder = (train: Table): TableEncoder =>
  TableEncoder.fit(train, {
    inputs: {
      ...Object.fromEntries(numbers.map((name) => [name, { as: "standard" as const }])),
      chas: { as: "number" },
    },
    target: { cmedv: { as: "standard" } },
  });

const network = (inputs: number, width: number): nn.Sequential =>
  new nn.Sequential(
    new nn.Linear(inputs, width),
    new nn.ReLU(),
    new nn.Linear(width, width),
    new nn.ReLU(),
    new nn.Linear(width, 1),
  );

const rowsOf = async (matrix: Tensor): Promise<number[][]> => {
  const [rows = 0, width = 0] = matrix.shape;
  const data = Array.from(await matrix.data(), Number);
  return Array.from({ length: rows }, (_, row) => data.slice(row * width, (row + 1) * width));
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const inThousandths = (value: number): string => value.toFixed(3);

export default experiment({
  name: "houses",
  about: "a small network predicts house prices, cross-validated against classical methods",
  hyperparameters: {
    learningRate: real(1e-3, { min: 1e-5, max: 1, scale: "log", about: "step size of AdamW" }),
    weightDecay: real(1e-2, { min: 0, max: 1, about: "pull of the weights towards 0" }),
    width: int(64, { min: 1, max: 1024, about: "neurons a hidden layer" }),
    parts: int(10, { min: 2, max: 100, about: "parts of the cross-validation", searched: false }),
    epochs: int(100, { min: 1, max: 10_000, about: "passes over the training houses" }),
    batchSize: int(16, { min: 1, max: 506, about: "houses a step" }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    const table = housePrices();
    const parts = kFold(table.length, hp.parts, { seed }).map((fold) => {
      const train = table.take(fold.train);
      return { encoder: fitEncoder(train), train, test: table.take(fold.validation) };
    });
    const trained = (encoder: TableEncoder) => {
      const model = network(encoder.featureNames.length, hp.width);
      const { learningRate, weightDecay } = hp;
      return {
        model,
        loss: loss.meanSquaredError,
        optimizer: new optim.AdamW(model.parameters(), { learningRate, weightDecay }),
        metrics: [
          metrics.r2(),
          // In thousands of dollars.
          metrics.meanAbsoluteError({ unit: encoder.targetScale.deviation }),
        ],
      };
    };
    const [first] = parts;
    if (!first) throw new RangeError("houses: there is no fold.");
    return {
      data: {
        train: first.encoder.dataset(first.train),
        test: first.encoder.dataset(first.test),
      },
      ...trained(first.encoder),
      preprocessing: first.encoder,

      async inspect() {
        const scores = new Map<string, number[]>();
        const note = (name: string, r2: number): void => {
          scores.set(name, [...(scores.get(name) ?? []), r2]);
        };
        for (const { encoder, train, test } of parts) {
          const trainer = new Trainer(trained(encoder));
          const { batchSize, epochs } = hp;
          const data = encoder.dataset(train);
          await trainer.fit({
            train: new DataLoader(data, { batchSize, shuffle: true, seed }),
            epochs,
          });
          const kept = encoder.dataset(test);
          const { r2 = Number.NaN } = await trainer.evaluate(new DataLoader(kept, { batchSize }));
          note("network", r2);

          const { features: x, target: y } = encoder.encode(train);
          const { features: others, target } = encoder.encode(test);
          if (!x || !y || !others || !target) throw new TypeError("houses: no features.");
          const samples = [
            await rowsOf(x),
            (await rowsOf(y)).flat(),
            await rowsOf(others),
          ] as const;
          for (const baseline of baselines) {
            const predictions = tensor(baseline.predict(...samples), { shape: target.shape });
            note(baseline.name, await metrics.score(metrics.r2(), predictions, target));
          }
        }
        const rows = [...scores].map(([name, each]) => [
          name,
          ...[mean(each), Math.min(...each), Math.max(...each)].map(inThousandths),
        ]);
        const header = ["R² on houses kept out", "mean", "lowest", "highest"];
        return {
          lines: formatTable({ header, rows, numbersFrom: 1, cut: 0 }).lines,
          report: {
            folds: hp.parts,
            r2: Object.fromEntries([...scores].map(([name, each]) => [name, mean(each)])),
            r2OfFolds: Object.fromEntries(scores),
          },
        };
      },
    };
  },
});
