// Rents from a CSV file: dates, categories of which one gets a learned embedding, and missing values. The
// file is invented (support/rents.ts); put your own in its place.
//   versant train examples/table.ts --weights rents.safetensors
import { fileURLToPath } from "node:url";
import {
  concatenate,
  experiment,
  int,
  loss,
  metrics,
  nn,
  optim,
  readCsv,
  real,
  slice,
  type Table,
  TableEncoder,
  type Tensor,
} from "versant";

/** What is learnt of the training rows alone: means, deviations, medians and categories. */
const fitEncoder = (train: Table): TableEncoder =>
  TableEncoder.fit(train, {
    inputs: {
      area: { as: "standard" },
      rooms: { as: "standard" },
      built: { as: "standard", missing: "median", flag: true },
      heating: { as: "oneHot", missing: "slot" },
      date: { as: "date", parts: ["time", "month"] },
      // An index, for an embedding. A district that training did not hold is an error.
      district: { as: "index" },
    },
    target: { rent: { as: "standard" } },
  });

/** A perceptron over the features and the vector of the district. */
class RentModel extends nn.Module<[features: Tensor, indices: Tensor]> {
  readonly district: nn.Embedding;
  readonly hidden: nn.Linear;
  readonly output: nn.Linear;

  constructor(features: number, districts: number, width: number) {
    super();
    this.district = new nn.Embedding(districts, 4);
    this.hidden = new nn.Linear(features + 4, width);
    this.output = new nn.Linear(width, 1);
  }

  /** Features (N, F) and indices (N, 1) to rents (N, 1), standardised. */
  forward(features: Tensor, indices: Tensor): Tensor {
    const district = this.district.forward(indices.at(slice(), 0));
    const x = concatenate([features, district], 1);
    return this.output.forward(this.hidden.forward(x).relu());
  }
}

export default experiment({
  name: "table",
  about: "a small network learns rents from a CSV file",
  hyperparameters: {
    learningRate: real(3e-3, { min: 1e-5, max: 1, scale: "log", about: "step size of AdamW" }),
    width: int(32, { min: 1, max: 1024, about: "neurons of the hidden layer" }),
    epochs: int(60, { min: 1, max: 10_000, about: "passes over the training rows" }),
    batchSize: int(16, { min: 1, max: 1000, about: "rows a step" }),
  },
  setup: async ({ hyperparameters: hp, split }) => {
    const table = await readCsv(fileURLToPath(new URL("data/rents.csv", import.meta.url)));
    const [known, chosen, kept] = split(table.length, [0.7, 0.1, 0.2]);
    const encoder = fitEncoder(table.take(known));
    const { district: districts = 0 } = encoder.cardinalities;
    const model = new RentModel(encoder.featureNames.length, districts, hp.width);
    const { learningRate } = hp;
    const test = table.take(kept);
    return {
      data: {
        train: encoder.dataset(table.take(known)),
        validation: encoder.dataset(table.take(chosen)),
        test: encoder.dataset(test),
      },
      model,
      loss: loss.meanSquaredError,
      optimizer: new optim.AdamW(model.parameters(), { learningRate }),
      // Errors in the unit of the file, rent a month.
      metrics: [metrics.r2(), metrics.meanAbsoluteError({ unit: encoder.targetScale.deviation })],
      preprocessing: encoder,

      async inspect({ trainer }) {
        const { features, indices, target } = encoder.encode(test);
        if (!features || !indices || !target) throw new TypeError("table: no features.");
        const predicted = encoder.decode(await trainer.predict([features, indices]));
        const report = new metrics.RegressionReport();
        report.add(predicted, encoder.decode(target));
        const { r2, error } = await report.intervals({
          r2: (each) => each.r2(),
          error: (each) => each.meanAbsoluteError(),
        });
        const line = (what: string, { estimate, low, high }: metrics.Interval, digits: number) =>
          `${what.padEnd(18)}${estimate.toFixed(digits)} (95 %: ${low.toFixed(digits)} to ${high.toFixed(digits)})`;
        return {
          lines: [line("R²", r2, 3), line("absolute error", error, 1)],
          report: { r2, error },
        };
      },
    };
  },
});
