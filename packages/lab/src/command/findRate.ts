import {
  DataLoader,
  findLearningRate,
  isLoader,
  type LearningRateTest,
  type RatePoint,
} from "@versant/core";
import type { Command } from "commander";
import { int, real } from "../experiment/declarations.js";
import { Run, trainerOptions } from "../experiment/run.js";
import { OutputFile } from "../files/outputFile.js";
import { formatScore, row } from "../progress/format.js";
import { formatReport } from "../progress/report.js";
import { flagsOf } from "../tune/flags.js";
import { write } from "./conductOptions.js";
import type { FileCommand } from "./invocation.js";
import { optionsOf } from "./options.js";

interface FindRateOptions {
  readonly lowest?: number;
  readonly highest?: number;
  readonly steps?: number;
  readonly report?: string;
}

const declarations = {
  lowest: real(1e-6, { min: 1e-30, max: 1e30, about: "rate to begin with" }),
  highest: real(10, { min: 1e-30, max: 1e30, about: "rate to end with" }),
  steps: int(100, { min: 20, max: 1_000_000, about: "updates from one to the other" }),
};

/** Trains with growing rates, draws the losses, and suggests a rate; nothing of the training is kept. */
export const findRateCommand: FileCommand<FindRateOptions> = {
  name: "find-rate",
  description: "find a learning rate by a range test",
  configure: (command: Command) => {
    for (const [name, declaration] of Object.entries(declarations)) {
      for (const option of optionsOf(name, declaration)) command.addOption(option);
    }
    command.option("--report <path>", "write the curve and what was found as JSON");
  },
  async run({ file, experiment, hyperparameters, seed, options }) {
    const { report, lowest, highest, steps } = options;
    const output = report === undefined ? undefined : new OutputFile("--report", report);
    const run = await Run.prepare(experiment, { hyperparameters, seed });
    const { train } = run.setup.data;
    const { batchSize } = run.values;
    const loader = isLoader(train)
      ? train
      : new DataLoader(train, { batchSize, shuffle: true, seed });
    const found = await findLearningRate(trainerOptions(run.setup), {
      train: loader,
      from: lowest ?? declarations.lowest.default,
      to: highest ?? declarations.highest.default,
      steps: steps ?? declarations.steps.default,
    });
    write(...curveLines(found), "");
    for (const [name, text] of conclusion(found)) write(row(name, text));
    if (experiment.declarations.learningRate?.kind === "real") {
      const rate = Number(found.steepest.toPrecision(2));
      const given = { ...hyperparameters, learningRate: rate } as Readonly<Record<string, number>>;
      write(row("to try", `npx versant train ${file} ${flagsOf(given)} --seed ${seed}`));
    }
    output?.write(formatReport({ experiment: experiment.name, seed, ...found }));
    return 0;
  },
};

function conclusion({ steepest, largestStable, diverged }: LearningRateTest): [string, string][] {
  return [
    ["steepest descent", `${formatScore(steepest)}: a rate to begin with`],
    ["largest stable", `${formatScore(largestStable)}: where the loss is lowest`],
    ...(diverged === undefined
      ? []
      : ([["diverged", `at ${formatScore(diverged)}`]] as [string, string][])),
  ];
}

const lines = 24;
const columns = 48;

/** Some of the points, with a bar for the loss as far as it is drawn: to twice the first. */
function curveLines({ points, steepest, largestStable }: LearningRateTest): string[] {
  const every = Math.max(1, Math.ceil(points.length / lines));
  const shown = points.filter(
    ({ rate }, index) => index % every === 0 || rate === steepest || rate === largestStable,
  );
  const most = 2 * Math.max(points[0]?.smoothed ?? 0, 0);
  const bar = ({ smoothed }: RatePoint): string => {
    const share = most > 0 ? Math.min(1, Math.max(0, smoothed / most)) : 0;
    return "█".repeat(Math.round(columns * share));
  };
  const word = ({ rate }: RatePoint): string => {
    if (rate === steepest) return " ← steepest";
    return rate === largestStable ? " ← lowest" : "";
  };
  return [
    "rate        loss",
    ...shown.map(
      (point) =>
        `${point.rate.toExponential(1).padEnd(11)} ${formatScore(point.smoothed).padEnd(10)} ${bar(point)}${word(point)}`,
    ),
  ];
}
