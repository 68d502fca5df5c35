// The adding problem of Hochreiter and Schmidhuber ("Long Short-Term Memory", Neural Computation 1997,
// section 5.4): two numbers of a long sequence are marked, and after its end their sum is asked for.
//   versant train examples/sequence-lstm.ts
import {
  arange,
  concatenate,
  experiment,
  input,
  int,
  loss,
  nn,
  optim,
  output,
  rand,
  real,
  slice,
  stack,
  type Tensor,
  TensorDataset,
  zeros,
} from "versant";

/** Sequences of numbers in [0, 1), and the two places that are marked: one in each half. */
function addingProblem(samples: number, steps: number) {
  const half = Math.floor(steps / 2);
  const places = rand([samples, 2]).mul(half).cast("int32");
  const marked = stack([places.at(slice(), 0), places.at(slice(), 1).add(half)], 1);
  return new TensorDataset([rand([samples, steps]), marked], { transform: present });
}

/** Numbers (N, T) and marked places (N, 2) become sequences (N, T, 2) and sums (N, 1). */
function present(numbers: Tensor, marked: Tensor): [Tensor, Tensor] {
  const steps = arange(numbers.shape[1] as number);
  const marks = marked.unsqueeze(2).equal(steps).cast("float32").sum(1);
  return [stack([numbers, marks], 2), numbers.takeAlong(marked).sum(1, { keepDims: true })];
}

/** An LSTM whose last state is read by a linear layer. */
class Adder extends nn.Module {
  readonly lstm: nn.LSTM;
  readonly output: nn.Linear;

  constructor(width: number, steps: number) {
    super();
    this.lstm = new nn.LSTM(2, width);
    this.output = new nn.Linear(width, 1);
    // Each unit starts with a memory of its own length, from 1 step to all of them. Tallec and
    // Ollivier, "Can recurrent neural networks warp time?", ICLR 2018.
    const further = rand([width]).mul(steps - 2);
    const forget = further.add(1).log();
    const biases = concatenate([forget.neg(), forget, zeros([2 * width])]);
    this.lstm.cells[0]?.inputBias?.assign(biases);
  }

  /** (N, T, 2) to (N, 1) */
  forward(sequences: Tensor): Tensor {
    const { state } = this.lstm.forward(sequences);
    return this.output.forward(state.hidden.at(-1));
  }
}

export default experiment({
  name: "sequence-lstm",
  about: "an LSTM finds two of 200 numbers and adds them",
  hyperparameters: {
    length: int(200, { min: 4, max: 10_000, about: "numbers a sequence", searched: false }),
    samples: int(20_000, {
      min: 1,
      max: 1_000_000,
      scale: "log",
      about: "training sequences",
      searched: false,
    }),
    width: int(32, { min: 1, max: 1024, about: "units of the LSTM" }),
    learningRate: real(0.01, { min: 1e-5, max: 1, scale: "log", about: "step size of Adam" }),
    epochs: int(5, { min: 1, max: 1000, about: "passes over the sequences" }),
    batchSize: int(50, { min: 1, max: 10_000, about: "sequences a step" }),
  },
  setup: ({ hyperparameters: hp }) => {
    const test = addingProblem(2000, hp.length);
    const model = new Adder(hp.width, hp.length);
    return {
      data: {
        train: addingProblem(hp.samples, hp.length),
        validation: addingProblem(1000, hp.length),
        test,
      },
      model,
      loss: loss.meanSquaredError,
      optimizer: new optim.Adam(model.parameters(), { learningRate: hp.learningRate }),
      clip: { norm: 1 },
      signature: {
        input: { numbers: input.numbers(), marked: input.numbers() },
        output: output.numbers({ names: ["sum"] }),
      },

      async inspect({ evaluate }) {
        const [, sums] = test.take(arange(test.length));
        const baseline = await sums.sub(1).square().mean().item();
        const { loss: mse = 0 } = await evaluate(test);
        return {
          lines: [
            `always answer 1   mse ${baseline.toFixed(4)}`,
            `the LSTM          mse ${mse.toFixed(4)}`,
          ],
          report: { baseline, mse },
        };
      },
    };
  },
});
