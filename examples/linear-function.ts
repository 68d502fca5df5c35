// An operation with its own backward, as in the lecture: y = x Wᵀ + b and its three gradients,
// written by hand. A network that uses it finds the line y = 2 x + 1.
//   versant train examples/linear-function.ts
import {
  customOperation,
  experiment,
  int,
  loss,
  metrics,
  nn,
  optim,
  real,
  type Tensor,
  TensorDataset,
  tensor,
} from "versant";

export const linearFunction = customOperation<readonly [Tensor, Tensor, Tensor]>({
  name: "linearFunction",
  forward: (input, weight, bias) => input.matmul(weight.transpose()).add(bias),
  backward: (gradient, { inputs: [input, weight], needs }) => [
    needs[0] ? gradient.matmul(weight) : null,
    needs[1] ? gradient.transpose().matmul(input) : null,
    needs[2] ? gradient.sum(0) : null,
  ],
});

class Line extends nn.Module {
  readonly weight = new nn.Parameter(tensor([[0]]));
  readonly bias = new nn.Parameter(tensor([0]));

  forward(x: Tensor): Tensor {
    return linearFunction(x, this.weight, this.bias);
  }
}

const xs = Array.from({ length: 64 }, (_, i) => [i / 32 - 1]);

export default experiment({
  name: "linear-function",
  about: "a line is learnt through an operation with a hand-written backward",
  hyperparameters: {
    learningRate: real(0.1, { min: 1e-4, max: 1, scale: "log", about: "step size of SGD" }),
    epochs: int(50, { min: 1, max: 1000, about: "passes over the 64 points" }),
    batchSize: int(16, { min: 1, max: 64, about: "points a step" }),
  },
  setup: ({ hyperparameters: hp }) => {
    const points = new TensorDataset([tensor(xs), tensor(xs.map(([x = 0]) => [2 * x + 1]))]);
    const model = new Line();
    return {
      data: { train: points, test: points },
      model,
      loss: loss.meanSquaredError,
      optimizer: new optim.SGD(model.parameters(), { learningRate: hp.learningRate }),
      metrics: [metrics.meanSquaredError()],
      inspect: () => {
        const [slope, intercept] = [model.weight.itemSync(), model.bias.itemSync()];
        return {
          lines: [`line learnt       y = ${slope.toFixed(4)} x + ${intercept.toFixed(4)}`],
          report: { slope, intercept },
        };
      },
    };
  },
});
