// What a network has learnt of the digits 0 to 4 helps it to read 5 to 9, of which it sees few: its body is
// frozen and given a new head, against the same network from scratch, with 1, 5 and 50 examples of a digit.
//   versant train examples/digits-transfer.ts
// One such network as a run of its own, that is on record as a descendant of the first:
//   versant train examples/digits-transfer.ts --half high --perDigit 5 --epochs 100 \
//     --from last --new-head head --freeze body
import {
  choice,
  DataLoader,
  experiment,
  formatTable,
  int,
  loss,
  manualSeed,
  metrics,
  mnist,
  optim,
  real,
  split,
  Trainer,
} from "versant";
import { DigitReader, digitsOf, type Half, meanOf } from "./support/someDigits.js";

const sizes = [1, 5, 50];

export default experiment({
  name: "digits-transfer",
  about: "a reader of the digits 0 to 4 learns 5 to 9 from few examples",
  hyperparameters: {
    half: choice("low", {
      options: ["low", "high"],
      about: "digits 0 to 4, or 5 to 9",
      searched: false,
    }),
    perDigit: int(6000, {
      min: 1,
      max: 6000,
      about: "training images of a digit, if there are so many",
      searched: false,
    }),
    learningRate: real(1e-3, { min: 1e-5, max: 1e-1, scale: "log", about: "step size of Adam" }),
    updates: int(100, {
      min: 1,
      max: 10_000,
      about: "steps of each network that is compared",
      searched: false,
    }),
    networks: int(10, {
      min: 2,
      max: 100,
      about: "networks of each kind that are compared",
      searched: false,
    }),
    epochs: int(3, { min: 1, max: 1000, about: "passes over the training images" }),
    batchSize: int(64, { min: 1, max: 1000, about: "images a step" }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    const digits = mnist();
    const model = new DigitReader();
    const partsOf = (reader: DigitReader) => ({
      model: reader,
      loss: loss.crossEntropy,
      optimizer: new optim.Adam(reader.parameters(), { learningRate: hp.learningRate }),
      metrics: [metrics.accuracy()],
    });
    const test = (half: Half) => digitsOf(digits.test, half);

    /** The accuracy on all test images of 5 to 9, after so many updates on some training images. */
    const learn = async (seed: number, perDigit: number, isTransfer: boolean): Promise<number> => {
      manualSeed(seed);
      const reader = new DigitReader();
      if (isTransfer) {
        // Only the body's: the head keeps the values that were just drawn.
        reader.body.loadStateDict(model.body.stateDict());
        reader.freeze("body");
      }
      const trainer = new Trainer(partsOf(reader));
      const few = digitsOf(digits.train, "high", perDigit, seed);
      const batchSize = Math.min(few.length, 25);
      const train = new DataLoader(few, { batchSize, shuffle: true, seed });
      await trainer.fit({ train, epochs: Math.ceil((hp.updates * batchSize) / few.length) });
      const scores = await trainer.evaluate(new DataLoader(test("high"), { batchSize: 1000 }));
      return scores.accuracy ?? Number.NaN;
    };

    const [train, validation] = split(
      digitsOf(digits.train, hp.half, hp.perDigit, seed),
      [0.9, 0.1],
      {
        seed,
      },
    );
    return {
      data: { train, validation, test: test(hp.half) },
      ...partsOf(model),

      async inspect() {
        if (hp.half === "high") return { lines: [] };
        const kinds = { "body frozen": true, "from scratch": false };
        const measured: Record<string, Record<string, ReturnType<typeof meanOf>>> = {};
        for (const perDigit of sizes) {
          const row: Record<string, ReturnType<typeof meanOf>> = {};
          for (const [kind, isTransfer] of Object.entries(kinds)) {
            const accuracies: number[] = [];
            for (let each = 0; each < hp.networks; each++) {
              accuracies.push(await learn(seed + 1 + each, perDigit, isTransfer));
            }
            row[kind] = meanOf(accuracies);
          }
          measured[perDigit] = row;
        }
        const percent = (value: number): string => (100 * value).toFixed(1);
        const rows = Object.entries(measured).map(([perDigit, row]) => [
          perDigit,
          ...Object.values(row).map(
            ({ mean, low, high }) => `${percent(mean)} % (${percent(low)} to ${percent(high)})`,
          ),
        ]);
        const header = ["examples of a digit", ...Object.keys(kinds)];
        return {
          lines: [
            `accuracy on 5 to 9, mean of ${hp.networks} seeds (95 % interval)`,
            ...formatTable({ header, rows, numbersFrom: 0, cut: 0 }).lines,
          ],
          report: { transfer: measured },
        };
      },
    };
  },
});
