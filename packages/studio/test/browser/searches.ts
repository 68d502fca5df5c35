import type { SearchDetail, SearchRow, TrialRecord } from "versant/studio-api";

/** Searches made up by formulas: every value follows from the number of the trial. */

const real = { kind: "real", scale: "log", min: 1e-5, max: 0.1, default: 1e-3 } as const;

const space = {
  optimizer: { kind: "choice", default: "adam", options: ["sgd", "adam", "rmsprop"], about: "" },
  learningRate: { ...real, about: "step size" },
  momentum: { ...real, scale: "linear", min: 0, max: 0.99, default: 0.9, about: "of SGD" },
  hidden: { kind: "int", scale: "log", min: 8, max: 256, default: 40, about: "units" },
  bias: { kind: "flag", default: true, about: "" },
} as const satisfies SearchDetail["space"];

const part = (number: number, factor: number): number => (number * factor) % 1;

/** @param isMany whether there are two objectives */
export function trialOf(number: number, isMany: boolean): TrialRecord {
  const [u, v] = [part(number, 0.618_034), part(number, 0.414_214)];
  const optimizer = space.optimizer.options[number % 3] ?? "adam";
  const hidden = Math.round(8 * 32 ** v);
  const noise = part(number, 0.7331) * 0.05;
  const loss = 0.1 + 1.4 * (u - 0.55) ** 2 + 0.3 * (1 - v) ** 2 + noise;
  const state = number % 11 === 5 ? "failed" : number % 4 === 3 ? "pruned" : "completed";
  return {
    ...{ number, state },
    values: {
      optimizer,
      learningRate: 10 ** (-5 + 4 * u),
      ...(optimizer === "sgd" && { momentum: part(number, 0.271) }),
      hidden,
      bias: number % 2 === 0,
    },
    run: state === "failed" ? null : `amber-otter-${number}`,
    objectives: state === "failed" ? [] : isMany ? [loss, hidden * 785] : [loss],
    ...{ constraints: [], reports: [], epochs: state === "pruned" ? 4 : 20 },
    seconds: 12 + (number % 9),
    ...(state === "failed" && { reason: "The loss is not finite after step 12." }),
    ...(state === "pruned" && { reason: "Worse than the median after epoch 4." }),
  };
}

export function searchOf(name: string, count: number): SearchDetail {
  const isMany = name === "many-ends";
  const trials = Array.from({ length: count }, (_, index) => trialOf(index + 1, isMany));
  const complete = trials.filter(({ state }) => state === "completed");
  const beats = (a: TrialRecord, b: TrialRecord): boolean =>
    a !== b && a.objectives.every((value, index) => value <= (b.objectives[index] ?? 0));
  const best = complete.filter((trial) => !complete.some((other) => beats(other, trial)));
  const objectives = [
    { name: "validation.loss", direction: "min" },
    ...(isMany ? [{ name: "parameters", direction: "min" } as const] : []),
  ] as const;
  const search: SearchRow = {
    ...{ name, started: "2026-03-20T08:00:00Z", state: isMany ? "completed" : "running" },
    ...{ reason: null, experiment: "mnist", sampler: "tpe", objectives },
    ...{ trials: count, limit: 120, best },
  };
  return {
    ...{ search, trials, space },
    record: {
      ...{ experiment: "mnist", file: "examples/mnist.ts", command: ["tune"], space },
      ...{ fixed: {}, sources: {}, sampler: "tpe", pruner: "median", objectives },
      ...{ constraints: [], seed: 7, trials: 120, jobs: 1, async: false, reportEvery: 1 },
      leakCheck: false,
    },
    importance: { learningRate: 0.612, hidden: 0.291, optimizer: 0.05, momentum: 0.03, bias: 0.01 },
    commands: best.map(
      ({ values }) =>
        `npx versant train examples/mnist.ts --optimizer ${values.optimizer} --learningRate ${values.learningRate} --hidden ${values.hidden} --seed 7`,
    ),
  };
}
