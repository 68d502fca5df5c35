// Does asynchronous successive halving reach the random search's best calculator with a third of the epochs? 30 seeds;
// it reaches it where the median of the best validation losses is not larger. By the exact rank test beside it, "as bad"
// is the chance to rank as badly if both were equal. Halving is measured with random proposals, too: there it saves
// epochs, and nothing else differs.
//
//     npm run verify:halving [-- --seeds 5 --first 1 --trials 60 --epochs 27]

import { parseArgs } from "node:util";
import { loadExperiment } from "../../packages/lab/dist/experiment/load.js";
import { Run } from "../../packages/lab/dist/experiment/run.js";
import { RandomSampler } from "../../packages/lab/dist/search/random.js";
import { SearchSpace } from "../../packages/lab/dist/search/space.js";
import { TpeSampler } from "../../packages/lab/dist/search/tpe/tpe.js";
import { halvingPruner } from "../../packages/lab/dist/tune/pruners/halving.js";
import { median, probabilityOfRankingAsHigh } from "./rankTest.mjs";

const number = (value) => ({ type: "string", default: String(value) });
const { values: flags } = parseArgs({
  options: { seeds: number(30), first: number(1), trials: number(60), epochs: number(27) },
});
const [seeds, first, trials, epochs] = [flags.seeds, flags.first, flags.trials, flags.epochs].map(
  Number,
);

const calculator = await loadExperiment("examples/calculator.ts");
const space = SearchSpace.of(calculator.declarations, {
  only: ["learningRate", "width", "hiddenLayers", "optimizer"],
  narrowed: { width: { min: 4, max: 64 }, hiddenLayers: { min: 1, max: 4 } },
  fixed: { samples: 1000, batchSize: 32, epochs },
});

/** The loss on validation data after each epoch, until `isPruned` ends the training; NaN if it diverges. */
async function train(values, seed, isPruned) {
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
    reports.push({ step: reports.length + 1, value: Number.NaN });
  }
  return reports;
}

/** One trial after the other, as many as the epochs allow. */
async function search(sampler, pruner, seed, budget) {
  const history = [];
  let spent = 0;
  for (let number = 0; ; number++) {
    const values = sampler.propose({ space, seed, number, history });
    const others = history.map(({ intermediate }, index) => ({
      number: index + 1,
      reports: intermediate,
    }));
    const isPruned = (reports) =>
      reports.length < epochs &&
      pruner?.decidesAt(number + 1, reports.length) &&
      pruner.reasonToPrune({ number: number + 1, reports }, others) !== undefined;
    const reports = await train(values, seed, isPruned);
    spent += reports.length;
    if (spent > budget) break;
    const { value } = reports.at(-1);
    const state = Number.isNaN(value) ? "failed" : reports.length < epochs ? "pruned" : "completed";
    history.push({ number, values, state, objectives: [value], intermediate: reports });
  }
  const completed = history.filter(({ state }) => state === "completed");
  const best = Math.min(...completed.map(({ objectives }) => objectives[0]));
  return { best, trials: history.length };
}

const whole = trials * epochs;
const searches = [
  ["random search", new RandomSampler(), undefined, whole],
  ["random, halving", new RandomSampler(), halvingPruner(), whole / 3],
  ["TPE, halving", new TpeSampler(), halvingPruner(), whole / 3],
];
console.log(`best validation loss of the calculator, ${seeds} seeds`);
const all = [];
for (const [name, sampler, pruner, budget] of searches) {
  const outcomes = [];
  for (let index = 0; index < seeds; index++) {
    outcomes.push(await search(sampler, pruner, first + index, budget));
  }
  const best = outcomes.map((each) => each.best);
  const made = median(outcomes.map((each) => each.trials));
  all.push(best);
  const asBad = probabilityOfRankingAsHigh(best, all[0]).toFixed(3);
  const compared = pruner
    ? `; as good in ${best.filter((each, index) => each <= all[0][index]).length} of ${seeds}, as bad ${asBad}`
    : "";
  console.log(
    `${name.padEnd(16)} ${median(best).toExponential(2)} with ${budget} epochs, ${made} trials${compared}`,
  );
  if (!(median(best) <= median(all[0]))) process.exitCode = 1;
}
