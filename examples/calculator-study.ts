// The exercises of the book's calculator, each with several seeds: what is true of the sum of two integers?
//   versant study examples/calculator-study.ts --figures figures
//   versant study examples/calculator-study.ts --seeds 2 --epochs 1        (seconds)
// The experiment can be trained by itself as well: versant train examples/calculator-study.ts --activation tanh
import {
  type CalculatorData,
  calculatorData,
  choice,
  experiment,
  int,
  loss,
  metrics,
  nn,
  optim,
  type Question,
  real,
  TensorDataset,
  tensor,
  unseenPairs,
} from "versant";

const activations = {
  relu: nn.ReLU,
  leakyRelu: nn.LeakyReLU,
  elu: nn.ELU,
  gelu: nn.GELU,
  silu: nn.SiLU,
  tanh: nn.Tanh,
  sigmoid: nn.Sigmoid,
};

export default experiment({
  name: "calculator-study",
  about: "a small network learns to add or to multiply, in many settings",
  hyperparameters: {
    operation: choice("add", {
      options: ["add", "multiply"],
      about: "what it learns",
      searched: false,
    }),
    samples: int(10_000, {
      min: 10,
      max: 1_000_000,
      scale: "log",
      about: "pairs to learn from",
      searched: false,
    }),
    hiddenLayers: int(3, { min: 1, max: 8, about: "layers between input and output" }),
    width: int(16, { min: 1, max: 1024, about: "neurons a hidden layer" }),
    activation: choice("relu", {
      options: ["relu", "leakyRelu", "elu", "gelu", "silu", "tanh", "sigmoid"],
      about: "behind each hidden layer",
    }),
    optimizer: choice("sgd", { options: ["sgd", "adam"], about: "rule of descent" }),
    learningRate: real(0.1, { min: 1e-5, max: 1, scale: "log", about: "size of its steps" }),
    largest: int(100, {
      min: 100,
      max: 100_000,
      scale: "log",
      about: "operand of the test",
      searched: false,
    }),
  },
  setup: ({ hyperparameters: hp, seed, split }) => {
    const { operation } = hp;
    const drawn = calculatorData({ operation, samples: hp.samples, seed });
    const [train, validation] = split(drawn.dataset, [0.8, 0.2]);
    // Pairs that occur in training would say how well it remembers.
    const test =
      hp.largest === drawn.task.maximum
        ? unseenPairs(drawn).dataset
        : beyond(drawn, calculatorData({ operation, maximum: hp.largest, samples: 2000, seed }));

    const hidden = Array.from({ length: hp.hiddenLayers }, (_, layer) => [
      new nn.Linear(layer === 0 ? 2 : hp.width, hp.width),
      new activations[hp.activation](),
    ]);
    const model = new nn.Sequential(...hidden.flat(), new nn.Linear(hp.width, 1));
    const descent = { sgd: optim.SGD, adam: optim.Adam }[hp.optimizer];
    const unit = drawn.targetScale;
    return {
      data: { train, validation, test },
      model,
      loss: loss.meanSquaredError,
      optimizer: new descent(model.parameters(), { learningRate: hp.learningRate }),
      metrics: [metrics.meanAbsoluteError({ unit }), metrics.r2()],
    };
  },
});

/** Pairs with an operand that training never had, on the scale of training. */
function beyond({ inputScale, targetScale, task }: CalculatorData, { pairs }: CalculatorData) {
  const inputs: number[] = [];
  const targets: number[] = [];
  for (let pair = 0; pair < pairs.length; pair += 2) {
    const [a = 0, b = 0] = pairs.subarray(pair, pair + 2);
    if (Math.max(a, b) <= task.maximum) continue;
    inputs.push(a / inputScale, b / inputScale);
    targets.push((task.operation === "add" ? a + b : a * b) / targetScale);
  }
  const shape = [targets.length, 1];
  return new TensorDataset([
    tensor(Float32Array.from(inputs), { shape: [targets.length, 2] }),
    tensor(Float32Array.from(targets), { shape }),
  ]);
}

const mae = "test.mae";

export const questions: readonly Question[] = [
  {
    name: "samples",
    about: "How many sums does it take to learn to add?",
    vary: { samples: [100, 1000, 10_000] },
    score: mae,
    claim:
      "the book reports a mean absolute error of 1.0354 for 10,000 sums, most of them seen before",
  },
  {
    name: "epochs",
    about: "Do few sums do, if they are shown as often?",
    // 1,250 updates each.
    vary: [
      { samples: 100, epochs: 625 },
      { samples: 1000, epochs: 96 },
      { samples: 10_000, epochs: 10 },
    ],
    score: mae,
  },
  {
    name: "depth",
    about: "Deep and narrow, or shallow and wide, with some 600 parameters?",
    vary: [
      { hiddenLayers: 1, width: 152 },
      { hiddenLayers: 2, width: 22 },
      { hiddenLayers: 3, width: 16 },
      { hiddenLayers: 6, width: 10 },
    ],
    score: mae,
  },
  {
    name: "width",
    about: "What do more neurons in three layers bring?",
    vary: { width: [4, 8, 16, 32, 64] },
    score: mae,
  },
  {
    name: "descent",
    about: "Gradient descent, or Adam?",
    vary: [
      { optimizer: "sgd", learningRate: 0.01 },
      { optimizer: "sgd", learningRate: 0.1 },
      { optimizer: "adam", learningRate: 0.001 },
      { optimizer: "adam", learningRate: 0.01 },
    ],
    score: mae,
  },
  {
    name: "activation",
    about: "Which activation adds best?",
    vary: { activation: Object.keys(activations) },
    // With plain descent some have learnt nothing yet after ten epochs.
    fixed: { optimizer: "adam", learningRate: 0.001 },
    score: mae,
  },
  {
    name: "operation",
    about: "Are products harder than sums?",
    vary: { operation: ["add", "multiply"] },
    // Units differ: an error of 1 is little of 10,000.
    score: "test.r2",
    claim: "the book reports R² 0.9990 for sums",
  },
  {
    name: "range",
    about: "Does it add numbers larger than those it was trained on?",
    vary: { largest: [100, 200, 1000, 10_000, 100_000] },
    score: mae,
  },
];
