import { optim, Parameter, ReduceOnPlateau, type TrainingContext, zeros } from "@versant/core";
import { describe, expect, test } from "vitest";
import { readFixture } from "./fixture.js";

interface Scheduled {
  readonly name: string;
  /** PyTorch's keywords. */
  readonly options: TorchOptions;
  /** Before the first step, and after each further one. */
  readonly rates: readonly number[];
  /** What ReduceLROnPlateau watches, epoch by epoch. */
  readonly scores?: readonly number[];
}

/** Those of all schedulers; each has its own. */
interface TorchOptions {
  readonly step_size: number;
  readonly gamma?: number;
  readonly milestones: readonly number[];
  readonly start_factor: number;
  readonly end_factor: number;
  readonly total_iters: number;
  readonly T_max: number;
  readonly eta_min?: number;
  readonly T_0: number;
  readonly T_mult?: number;
  readonly total_steps: number;
  readonly pct_start?: number;
  readonly div_factor?: number;
  readonly final_div_factor?: number;
  readonly anneal_strategy?: "linear";
  readonly parts: readonly (readonly [string, TorchOptions])[];
  readonly factor: number;
  readonly mode: "min" | "max";
  readonly patience: number;
  readonly threshold?: number;
  readonly threshold_mode?: "rel" | "abs";
  readonly cooldown?: number;
  readonly min_lr?: number;
}

const initial = 0.1;
const { schedule } = optim;

/** Our schedule for PyTorch's; rates there are factors of the initial rate here. */
function scheduleOf(name: string, o: TorchOptions): optim.Schedule {
  const minimum = (o.eta_min ?? 0) / initial;
  switch (name) {
    case "ConstantLR":
      return schedule.constant(o.factor);
    case "StepLR":
      return schedule.step({ every: o.step_size, ...(o.gamma && { factor: o.gamma }) });
    case "MultiStepLR":
      return schedule.multiStep({ milestones: o.milestones, ...(o.gamma && { factor: o.gamma }) });
    case "ExponentialLR":
      return schedule.exponential({ factor: o.gamma ?? 0.1 });
    case "LinearLR":
      return schedule.linear({ from: o.start_factor, to: o.end_factor, length: o.total_iters });
    case "CosineAnnealingLR":
      return schedule.cosine({ length: o.T_max, minimum });
    case "CosineAnnealingWarmRestarts":
      return schedule.cosineRestarts({ length: o.T_0, growth: o.T_mult ?? 1, minimum });
    case "OneCycleLR": {
      const factor = 1 / (o.div_factor ?? 25);
      return schedule.oneCycle({
        length: o.total_steps,
        rise: o.pct_start ?? 0.3,
        initial: factor,
        final: factor / (o.final_div_factor ?? 1e4),
        shape: o.anneal_strategy ?? "cosine",
      });
    }
    case "SequentialLR": {
      const schedules = o.parts.map(([part, options]) => scheduleOf(part, options));
      return schedule.sequence({ schedules, milestones: o.milestones });
    }
    default:
      throw new Error(`no schedule for ${name}`);
  }
}

const cases = readFixture<Scheduled>("schedules").map((each) => ({
  ...each,
  given: JSON.stringify(each.options),
}));

describe("learning rates as in PyTorch", () => {
  test.each(cases.filter(({ scores }) => !scores))("$name $given", ({ name, options, rates }) => {
    const factor = scheduleOf(name, options);
    rates.forEach((rate, count) => {
      expect(initial * factor(count), `rate at ${count}`).toBeCloseTo(rate, 14);
    });
  });

  test.each(cases.filter(({ scores }) => scores))("$name $given", ({ options, scores, rates }) => {
    const { mode, factor = 0.1, patience, threshold = 1e-4, cooldown = 0, min_lr = 0 } = options;
    const callback = new ReduceOnPlateau({
      monitor: "train.score",
      ...{ mode, factor, patience, cooldown, minimum: min_lr, minimumChange: threshold },
      relative: options.threshold_mode !== "abs",
    });
    const parameters = [new Parameter(zeros([1]))];
    const optimizer = new optim.SGD(parameters, { learningRate: initial });
    const found = scores?.map((score, index) => {
      const record = { epoch: index + 1, seconds: 1, learningRate: optimizer.learningRate };
      const train = { loss: 0, score };
      callback.onEpochEnd({ optimizer } as unknown as TrainingContext, { ...record, train });
      return optimizer.learningRate;
    });
    expect(new Set(rates).size).toBeGreaterThan(1);
    rates.forEach((rate, index) => {
      expect(found?.[index], `rate after epoch ${index + 1}`).toBeCloseTo(rate, 14);
    });
  });
});
