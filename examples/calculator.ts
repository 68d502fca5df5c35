// The book's calculator: a small network learns to add two integers from 0 to 100.
//   versant train examples/calculator.ts
import {
  calculatorData,
  choice,
  experiment,
  input,
  int,
  loss,
  metrics,
  nn,
  optim,
  output,
  real,
  split,
  tensor,
  unseenPairs,
} from "versant";

export default experiment({
  name: "calculator",
  about: "a network of 609 parameters learns to add",
  hyperparameters: {
    samples: int(10_000, {
      min: 10,
      max: 1_000_000,
      scale: "log",
      about: "sums to learn from",
      searched: false,
    }),
    hiddenLayers: int(3, { min: 1, max: 8, about: "layers between input and output" }),
    width: int(16, { min: 1, max: 1024, about: "neurons a hidden layer" }),
    optimizer: choice("sgd", { options: ["sgd", "adam"], about: "rule of descent" }),
    learningRate: real(0.1, { min: 1e-5, max: 1, scale: "log", about: "size of its steps" }),
    epochs: int(10, { min: 1, max: 1000, about: "passes over the training sums" }),
    batchSize: int(64, { min: 1, max: 10_000, about: "sums a step" }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    // Operands are scaled to 0..1 by 100, sums by 200.
    const drawn = calculatorData({ operation: "add", samples: hp.samples, seed });
    const [train, validation] = split(drawn.dataset, [0.8, 0.2], { seed });
    const fresh = calculatorData({ operation: "add", samples: 2000, seed: seed + 1 });

    // The book draws its fresh pairs from the same 10,201, so most of them occur in training. These
    // do not.
    const keptOut = unseenPairs(drawn, train.indices);

    const hidden = Array.from({ length: hp.hiddenLayers }, (_, layer) => [
      new nn.Linear(layer === 0 ? 2 : hp.width, hp.width),
      new nn.ReLU(),
    ]);
    const model = new nn.Sequential(...hidden.flat(), new nn.Linear(hp.width, 1));
    const descent = { sgd: optim.SGD, adam: optim.Adam }[hp.optimizer];
    const unit = drawn.targetScale;
    return {
      data: { train, validation, test: fresh.dataset },
      model,
      loss: loss.meanSquaredError,
      optimizer: new descent(model.parameters(), { learningRate: hp.learningRate }),
      metrics: [
        metrics.meanSquaredError({ unit }),
        metrics.meanAbsoluteError({ unit }),
        metrics.r2(),
      ],
      signature: {
        input: input.numbers({ names: ["a", "b"], scale: { deviation: drawn.inputScale } }),
        output: output.numbers({ names: ["sum"], scale: { deviation: unit } }),
      },

      async inspect({ trainer, evaluate }) {
        const { mse = 0, mae = 0, r2 = 0 } = await evaluate(keptOut.dataset);
        const answers = await trainer.predict(
          tensor([
            [50, 50],
            [6, 6],
          ]).div(drawn.inputScale),
        );
        const [hundred = 0, twelve = 0] = await answers.mul(unit).data();
        return {
          lines: [
            `kept-out pairs    mse ${mse.toFixed(4)} | mae ${mae.toFixed(4)} | r2 ${r2.toFixed(4)}`,
            `50 + 50 =         ${hundred.toFixed(2)}`,
            `6 + 6 =           ${twelve.toFixed(2)}`,
          ],
          report: { keptOut: { mse, mae, r2 }, "50+50": hundred, "6+6": twelve },
        };
      },
    };
  },
});
