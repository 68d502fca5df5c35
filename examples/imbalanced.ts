// Rare digits: of 2, 5 and 8 a hundredth is left to learn from, but the test has all of them. A network
// that takes them as they come reads few of them; each remedy brings some back.
//   versant train examples/imbalanced.ts
import {
  choice,
  classDistribution,
  classWeights,
  DataLoader,
  experiment,
  formatTable,
  input,
  int,
  loss,
  manualSeed,
  metrics,
  mnist,
  nn,
  optim,
  oversample,
  real,
  type Tensor,
  TensorDataset,
  Trainer,
  undersample,
} from "versant";
import { everything, meanRecall, rare, scoresOfDigits, thinned } from "./support/rareDigits.js";

const remedies = ["none", "weights", "oversampling", "undersampling", "augmentation"] as const;
type Remedy = (typeof remedies)[number];

interface Settings {
  readonly width: number;
  readonly learningRate: number;
}

/** What is trained on, and how, with one of the remedies; from the same initial weights. */
function apply(
  remedy: Remedy,
  { plain, moved, labels }: ReturnType<typeof thinned>,
  { width, learningRate }: Settings,
  seed: number,
) {
  manualSeed(seed);
  const model = new nn.Sequential(
    new nn.Linear(784, width),
    new nn.ReLU(),
    new nn.Linear(width, 10),
  );
  const train = {
    none: () => plain,
    weights: () => plain,
    oversampling: () => oversample(plain, labels, { seed }),
    undersampling: () => undersample(plain, labels, { seed }),
    augmentation: () => oversample(moved, labels, { seed }),
  }[remedy]();
  const weights = classWeights(labels);
  return {
    train,
    parts: {
      model,
      loss:
        remedy === "weights"
          ? (scores: Tensor, y: Tensor) => loss.crossEntropy(scores, y, { classWeights: weights })
          : loss.crossEntropy,
      optimizer: new optim.Adam(model.parameters(), { learningRate }),
      metrics: [metrics.accuracy()],
    },
  };
}

export default experiment({
  name: "imbalanced",
  about: "digits of which there are few, and what helps to read them",
  hyperparameters: {
    remedy: choice("none", { options: remedies, about: "what the first network is given" }),
    width: int(64, { min: 1, max: 1024, about: "neurons of the hidden layer" }),
    learningRate: real(1e-3, { min: 1e-5, max: 1e-1, scale: "log", about: "step size of Adam" }),
    epochs: int(5, { min: 1, max: 100, about: "passes over the thinned digits" }),
    batchSize: int(64, { min: 1, max: 10_000, about: "images a step" }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    const digits = mnist();
    const few = thinned(digits.train);
    const test = new TensorDataset([digits.test.images, digits.test.labels], {
      transform: (images, labels) => [images.cast("float32").div(255), labels],
    });
    const { train, parts } = apply(hp.remedy, few, hp, seed);
    return {
      data: { train, test },
      ...parts,
      signature: { input: input.image({ width: 28, height: 28 }) },

      async inspect() {
        const [images, labels] = everything(test);
        const measured: Record<string, { recall: number[]; rare: number; common: number }> = {};
        for (const remedy of remedies) {
          const other = apply(remedy, few, hp, seed);
          const trainer = new Trainer(other.parts);
          // As many images in all, however many there are in an epoch.
          const epochs = Math.max(
            1,
            Math.round((hp.epochs * few.plain.length) / other.train.length),
          );
          const { batchSize } = hp;
          await trainer.fit({
            train: new DataLoader(other.train, { batchSize, shuffle: true, seed }),
            epochs,
          });
          const digits = scoresOfDigits(await trainer.predict(images), labels);
          measured[remedy] = {
            recall: digits.map(({ recall }) => recall),
            rare: meanRecall(digits, true),
            common: meanRecall(digits, false),
          };
        }
        const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
        const rows = Object.entries(measured).map(([remedy, { recall, ...means }]) => [
          remedy,
          ...rare.map((digit) => percent(recall[digit] ?? 0)),
          percent(means.rare),
          percent(means.common),
        ]);
        const header = ["recall with", ...rare.map(String), "rare", "common"];
        const distribution = classDistribution({
          train: few.labels,
          test: digits.test.labels,
        });
        return {
          lines: [
            `${distribution}`,
            ...formatTable({ header, rows, numbersFrom: 1, cut: 0 }).lines,
          ],
          report: { classes: distribution.parts, remedies: measured },
        };
      },
    };
  },
});
