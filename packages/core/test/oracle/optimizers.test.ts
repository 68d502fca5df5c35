import { compile, loss, nn, optim, type Tensor } from "@versant/core";
import { describe, expect, test } from "vitest";
import {
  decode,
  describeOnDevices,
  type Encoded,
  expectClose,
  type Precision,
  readFixture,
} from "./fixture.js";

interface Run {
  readonly optimizer: "SGD" | "Adam" | "AdamW";
  readonly name: string;
  /** PyTorch's keywords. */
  readonly options: {
    readonly lr: number;
    readonly momentum?: number;
    readonly dampening?: number;
    readonly nesterov?: boolean;
    readonly weight_decay?: number;
    readonly betas?: readonly [number, number];
    readonly eps?: number;
  };
  /** Learning rates that change before the step given. */
  readonly schedule: Readonly<Record<string, number>>;
  readonly losses: Encoded;
  readonly weights: readonly Encoded[];
  /** What computing in float32 changes in PyTorch itself. */
  readonly rounding: number;
}

interface Problem {
  readonly problem: "regression" | "digits";
  readonly initial: readonly Encoded[];
  readonly batches: readonly (readonly [Encoded, Encoded])[];
  readonly runs: readonly Run[];
}

function modelOf({ problem, initial }: Problem, precision: Precision): nn.Module {
  const { dtype } = precision;
  const linear = (inputs: number, outputs: number) => new nn.Linear(inputs, outputs, { dtype });
  const model =
    problem === "regression"
      ? new nn.Sequential(linear(4, 6), new nn.Tanh(), linear(6, 3))
      : new nn.Sequential(
          linear(20, 10),
          new nn.ReLU(),
          linear(10, 10),
          new nn.ReLU(),
          linear(10, 5),
        );
  model.parameters().forEach((parameter, index) => {
    parameter.assign(decode(initial[index] as Encoded, precision));
  });
  return model;
}

function optimizerOf({ optimizer, options }: Run, model: nn.Module): optim.Optimizer {
  const { lr, weight_decay = optimizer === "AdamW" ? 0.01 : 0 } = options;
  const { betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8 } = options;
  const shared = { learningRate: lr, weightDecay: weight_decay };
  if (optimizer !== "SGD") {
    return new optim[optimizer](model.parameters(), { ...shared, beta1, beta2, epsilon: eps });
  }
  const { momentum = 0, dampening = 0, nesterov = false } = options;
  return new optim.SGD(model.parameters(), { ...shared, momentum, dampening, nesterov });
}

/** uint8 pixels become numbers from -1 to 1 inside the step. */
const normalized = (x: Tensor, { dtype }: Precision): Tensor =>
  x.dtype === "uint8" ? x.cast(dtype).div(255).sub(0.5).div(0.5) : x;

describeOnDevices("twenty steps as in PyTorch", (precision) => {
  describe.each(readFixture<Problem>("optimizers"))("$problem", (problem) => {
    describe.each([{ mode: "eager" }, { mode: "compiled" }] as const)("$mode", ({ mode }) => {
      test.each(problem.runs)("$optimizer, $name", (run) => {
        const model = modelOf(problem, precision);
        const optimizer = optimizerOf(run, model);
        const cost = problem.problem === "regression" ? loss.mse : loss.crossEntropy;
        const train = (x: Tensor, y: Tensor): Tensor => {
          const value = cost(model.forward(normalized(x, precision)), y);
          value.backward();
          optimizer.step();
          return value;
        };
        const compiled = compile(train);
        const step = mode === "compiled" ? compiled : train;
        const losses = problem.batches.map(([x, y], index) => {
          optimizer.learningRate = run.schedule[index] ?? optimizer.learningRate;
          return step(decode(x, precision), decode(y, precision)).itemSync();
        });
        // A changed learning rate is a run-time input.
        if (mode === "compiled") expect(compiled.programs).toBe(1);

        // A few times the error that PyTorch makes in float32: one may sum in another order.
        const allowed = precision.dtype === "float64" ? 1e-12 : 8 * run.rounding;
        run.losses.data.forEach((expected, index) => {
          const error = Math.abs((losses[index] as number) - Number(expected));
          expect(error, `loss of step ${index}`).toBeLessThan(allowed);
        });
        const bound = { ...precision, tolerance: allowed };
        model.parameters().forEach((parameter, index) => {
          expectClose(`weight ${index}`, parameter, run.weights[index] as Encoded, 1, bound);
        });
      });
    });
  });
});
