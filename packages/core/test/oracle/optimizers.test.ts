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

/** PyTorch's keywords. */
type TorchOptions = Readonly<Record<string, number | boolean | readonly [number, number]>>;

type Torch = "SGD" | "Adam" | "AdamW" | "Adamax" | "NAdam" | "Adagrad" | "RMSprop";

interface Run {
  readonly optimizer: Torch | "LBFGS";
  readonly name: string;
  readonly options: TorchOptions;
  /** Learning rates that change before the step given. */
  readonly schedule?: Readonly<Record<string, number>>;
  /** Options of the parameters of each linear layer. */
  readonly groups?: readonly TorchOptions[];
  readonly clip?: { readonly norm?: number; readonly type?: "inf"; readonly value?: number };
  readonly losses: Encoded;
  readonly weights: readonly Encoded[];
  /** What computing in float32 changes in PyTorch itself. */
  readonly rounding: number;
}

interface Problem {
  readonly problem: "regression" | "one batch" | "digits";
  readonly initial: readonly Encoded[];
  readonly batches: readonly (readonly [Encoded, Encoded])[];
  readonly runs: readonly Run[];
}

const makers = { ...optim, RMSprop: optim.RMSProp } satisfies Record<Torch, unknown>;

/** Our names of PyTorch's options; `betas` are two of ours. */
const names: Readonly<Record<string, string>> = {
  lr: "learningRate",
  weight_decay: "weightDecay",
  eps: "epsilon",
  momentum_decay: "momentumDecay",
  max_iter: "iterations",
  history_size: "history",
  tolerance_grad: "gradientTolerance",
  tolerance_change: "changeTolerance",
};

function translated({ betas, ...options }: TorchOptions): object {
  const own = Object.entries(options).map(([name, value]) => [names[name] ?? name, value]);
  const [beta1, beta2] = Array.isArray(betas) ? betas : [];
  return { ...Object.fromEntries(own), ...(betas && { beta1, beta2 }) };
}

function modelOf({ problem, initial }: Problem, precision: Precision): nn.Module {
  const { dtype } = precision;
  const linear = (inputs: number, outputs: number) => new nn.Linear(inputs, outputs, { dtype });
  const model =
    problem === "digits"
      ? new nn.Sequential(
          linear(20, 10),
          new nn.ReLU(),
          linear(10, 10),
          new nn.ReLU(),
          linear(10, 5),
        )
      : new nn.Sequential(linear(4, 6), new nn.Tanh(), linear(6, 3));
  model.parameters().forEach((parameter, index) => {
    parameter.assign(decode(initial[index] as Encoded, precision));
  });
  return model;
}

function optimizerOf(kind: Torch, { options, groups }: Run, model: nn.Module): optim.Optimizer {
  const parameters = model.parameters();
  const trained = groups
    ? groups.map((own, index) => ({
        parameters: parameters.slice(2 * index, 2 * index + 2),
        ...translated(own),
      }))
    : parameters;
  return new makers[kind](trained as never, translated(options));
}

function clip(parameters: optim.Optimizer["parameters"], { norm, type, value }: Run["clip"] = {}) {
  if (value) optim.clipGradientValue(parameters, value);
  if (norm) optim.clipGradientNorm(parameters, norm, type ? { norm: Infinity } : {});
}

/** uint8 pixels become numbers from -1 to 1 inside the step. */
const normalized = (x: Tensor, { dtype }: Precision): Tensor =>
  x.dtype === "uint8" ? x.cast(dtype).div(255).sub(0.5).div(0.5) : x;

const costOf = ({ problem }: Problem) => (problem === "digits" ? loss.crossEntropy : loss.mse);

/** A few times the error that PyTorch makes in float32: one may sum in another order. */
const allowedFor = ({ rounding }: Run, { dtype }: Precision): number =>
  dtype === "float64" ? 1e-12 : 8 * rounding;

function expectRun(run: Run, losses: number[], model: nn.Module, precision: Precision): void {
  const allowed = allowedFor(run, precision);
  run.losses.data.forEach((expected, index) => {
    const error = Math.abs((losses[index] as number) - Number(expected));
    expect(error, `loss of step ${index}`).toBeLessThan(allowed);
  });
  const bound = { ...precision, tolerance: allowed };
  model.parameters().forEach((parameter, index) => {
    expectClose(`weight ${index}`, parameter, run.weights[index] as Encoded, 1, bound);
  });
}

describeOnDevices("steps as in PyTorch", (precision) => {
  describe.each(readFixture<Problem>("optimizers"))("$problem", (problem) => {
    const { batches, runs } = problem;
    const byBatch = runs.filter(({ optimizer }) => optimizer !== "LBFGS");
    const modes = [{ mode: "eager" }, { mode: "compiled" }] as const;
    const cases = modes.flatMap(({ mode }) => byBatch.map((run) => ({ mode, ...run })));
    test.each(cases)("$optimizer, $name, $mode", ({ mode, ...run }) => {
      const model = modelOf(problem, precision);
      const optimizer = optimizerOf(run.optimizer as Torch, run, model);
      const train = (x: Tensor, y: Tensor): Tensor => {
        const value = costOf(problem)(model.forward(normalized(x, precision)), y);
        value.backward();
        clip(optimizer.parameters, run.clip);
        optimizer.step();
        return value;
      };
      const compiled = compile(train);
      const step = mode === "compiled" ? compiled : train;
      const losses = batches.map(([x, y], index) => {
        optimizer.learningRate = run.schedule?.[index] ?? optimizer.learningRate;
        return step(decode(x, precision), decode(y, precision)).itemSync();
      });
      // A changed learning rate is a run-time input.
      if (mode === "compiled") expect(compiled.programs).toBe(1);
      expectRun(run, losses, model, precision);
    });

    const overall = runs.filter(({ optimizer }) => optimizer === "LBFGS");
    test.each(overall)("LBFGS, $name", (run) => {
      const model = modelOf(problem, precision);
      const options = { ...translated(run.options), lineSearch: "none" } as const;
      const optimizer = new optim.LBFGS(model.parameters(), options);
      const losses = batches.map(([x, y]) => {
        const [input, target] = [decode(x, precision), decode(y, precision)];
        const initial = optimizer.step(() => {
          const value = costOf(problem)(model.forward(input), target);
          value.backward();
          return value;
        });
        return initial.itemSync();
      });
      expectRun(run, losses, model, precision);
    });
  });
});
