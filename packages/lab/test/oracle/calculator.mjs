// The calculator of examples/calculator.ts with fewer sums and epochs; its test data are 2,000 fresh sums.
import {
  calculatorData,
  choice,
  experiment,
  int,
  loss,
  nn,
  optim,
  real,
} from "../../dist/index.js";

export default experiment({
  name: "calculator",
  hyperparameters: {
    hiddenLayers: int(3, { min: 1, max: 8 }),
    width: int(16, { min: 1, max: 1024 }),
    optimizer: choice("sgd", { options: ["sgd", "adam"] }),
    learningRate: real(0.1, { min: 1e-5, max: 1, scale: "log" }),
    epochs: int(20, { min: 1, max: 1000 }),
    batchSize: int(32, { min: 1, max: 10_000 }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    const hidden = Array.from({ length: hp.hiddenLayers }, (_, layer) => [
      new nn.Linear(layer === 0 ? 2 : hp.width, hp.width),
      new nn.ReLU(),
    ]);
    const model = new nn.Sequential(...hidden.flat(), new nn.Linear(hp.width, 1));
    const descent = { sgd: optim.SGD, adam: optim.Adam }[hp.optimizer];
    return {
      data: {
        train: calculatorData({ operation: "add", samples: 500, seed }).dataset,
        test: calculatorData({ operation: "add", samples: 2000, seed: seed + 1000 }).dataset,
      },
      model,
      loss: loss.meanSquaredError,
      optimizer: new descent(model.parameters(), { learningRate: hp.learningRate }),
    };
  },
});
