// Does asynchronous successive halving find as good a calculator as random search with a third of the epochs?
// Both take the same proposals in the same order; halving makes as many of them as a third of the epochs
// allows. 30 seeds, by an exact rank test: not worse is p > 0.05.
//
//     npm run verify:halving [-- --seeds 5 --trials 27 --epochs 27]

import { parseArgs } from "node:util";
import { loadExperiment } from "../../packages/lab/dist/experiment/load.js";
import { Run } from "../../packages/lab/dist/experiment/run.js";
import { RandomSampler } from "../../packages/lab/dist/search/random.js";
import { SearchSpace } from "../../packages/lab/dist/search/space.js";
import { halvingPruner } from "../../packages/lab/dist/tune/pruners/halving.js";
import { median, probabilityOfRankingAsHigh } from "./rankTest.mjs";

const number = (value) => ({ type: "string", default: String(value) });
const { values: flags } = parseArgs({
  options: { seeds: number(30), trials: number(27), epochs: number(27) },
});
const [seeds, trials, epochs] = [flags.seeds, flags.trials, flags.epochs].map(Number);

const calculator = await loadExperiment("examples/calculator.ts");
const space = SearchSpace.of(calculator.declarations, {
  only: ["learningRate", "width", "hiddenLayers", "optimizer"],
  narrowed: { width: { min: 4, max: 64 }, hiddenLayers: { min: 1, max: 4 } },
  fixed: { samples: 1000, batchSize: 32, epochs },
});
const sampler = new RandomSampler();
const pruner = halvingPruner();

/** The loss on validation data after each epoch, until `isPruned` ends the training; Infinity if it diverges. */
async function train(seed, trial, isPruned) {
  const values = sampler.propose({ space, seed, number: trial - 1, history: [] });
  const reports = [];
  const watcher = {
    onEpochEnd(context, { epoch, validation }) {
      reports.push({ step: epoch, value: validation.loss });
      if (isPruned(reports)) context.stop("pruned");
    },
  };
  const hyperparameters = space.complete(values);
  const run = await Run.prepare(calculator, { hyperparameters, seed, callbacks: [watcher] });
  try {
    await run.fit();
  } catch {
    reports.push({ step: reports.length + 1, value: Number.POSITIVE_INFINITY });
  }
  return reports;
}

const lastOf = (reports) => reports.at(-1).value;
const best = (curves) =>
  Math.min(
    ...curves.filter((each) => each.length === epochs).map(lastOf),
    Number.POSITIVE_INFINITY,
  );
const epochsOf = (curves) => curves.reduce((sum, { length }) => sum + length, 0);

const outcomes = [];
for (let seed = 1; seed <= seeds; seed++) {
  const whole = [];
  for (let trial = 1; trial <= trials; trial++) whole.push(await train(seed, trial, () => false));
  const budget = (trials * epochs) / 3;
  const halved = [];
  for (let trial = 1; ; trial++) {
    const others = halved.map((reports, index) => ({ number: index + 1, reports }));
    const isPruned = (reports) =>
      reports.length < epochs &&
      pruner.decidesAt(trial, reports.length) &&
      pruner.reasonToPrune({ number: trial, reports }, others) !== undefined;
    // A trial that both make is trained once: whether it is pruned does not change what came before.
    const known = whole[trial - 1];
    const reports = known
      ? known.slice(0, 1 + endOf(known, isPruned))
      : await train(seed, trial, isPruned);
    if (epochsOf(halved) + reports.length > budget) break;
    halved.push(reports);
  }
  outcomes.push({
    random: best(whole),
    halving: best(halved),
    trials: halved.length,
    share: epochsOf(halved) / (trials * epochs),
  });
  process.stderr.write(`\rseed ${seed}   `);
}
process.stderr.write("\r");

/** Index of the report after which a trial is pruned, or of its last. */
function endOf(reports, isPruned) {
  const index = reports.findIndex((_, place) => isPruned(reports.slice(0, place + 1)));
  return index < 0 ? reports.length - 1 : index;
}

const [random, halving] = ["random", "halving"].map((name) => outcomes.map((each) => each[name]));
const p = probabilityOfRankingAsHigh(halving, random);
const reached = outcomes.filter((each) => each.halving <= each.random).length;
const show = (values) => median(values).toExponential(2);
console.log(`best validation loss of the calculator, median of ${seeds} seeds`);
console.log(`random    ${show(random)} with ${trials} trials, ${trials * epochs} epochs`);
console.log(
  `halving   ${show(halving)} with ${median(outcomes.map((each) => each.trials))} trials, ` +
    `${(100 * median(outcomes.map(({ share }) => share))).toFixed(0)} % of these epochs`,
);
console.log(`as good or better in ${reached} of ${seeds}; p of not being worse ${p.toFixed(3)}`);
if (p <= 0.05) process.exitCode = 1;
