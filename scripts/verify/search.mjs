// Do the searches find what Optuna's find? 30 seeds of 60 trials on four problems, against the 30 of Optuna 3.1 in the
// fixture, by a rank test of the best values: TPE and the Gaussian process are not worse than Optuna's TPE (p > 0.05
// that they would rank as badly if they were equal), and better than its random search (p < 0.05).
//
//     npm run verify:search [-- branin hartmann6 rosenbrock calculator]
import { GaussianProcessSampler } from "../../packages/lab/dist/search/gaussian/gaussian.js";
import { SearchSpace } from "../../packages/lab/dist/search/space.js";
import { TpeSampler } from "../../packages/lab/dist/search/tpe/tpe.js";
import { median, probabilityOfRankingAsHigh } from "./rankTest.mjs";
import { optuna, problems, search } from "./searchProblems.mjs";

const samplers = { TPE: new TpeSampler(), GP: new GaussianProcessSampler() };
const seeds = Array.from({ length: 30 }, (_, seed) => seed);
const trials = 60;
const named = process.argv.slice(2);
const unknown = named.find((name) => !Object.hasOwn(problems, name));
if (unknown !== undefined) {
  throw new Error(
    `verify:search: received "${unknown}", expected ${Object.keys(problems).join(", ")}.`,
  );
}

const columns = [
  ["problem", 10],
  ["sampler", 7],
  ["median", 11],
  ["Optuna TPE", 11],
  ["random", 11],
  ["p as bad", 9],
  ["p as good", 9],
  ["CPU s", 6],
];
const line = (cells) => cells.map((cell, index) => cell.padStart(columns[index][1])).join("  ");
console.log("p as bad: chance to rank as badly against Optuna's TPE, were both equal; above 0.05");
console.log(
  "p as good: chance to rank as well against random search, were both equal; below 0.05\n",
);
console.log(line(columns.map(([title]) => title)));

let isMet = true;
for (const name of named.length > 0 ? named : Object.keys(problems)) {
  const { declarations, cost } = problems[name];
  const space = SearchSpace.of(declarations);
  const tpe = optuna[name].tpe.map((curve) => curve.at(-1));
  const random = optuna[name].random.map((curve) => curve.at(-1));
  for (const [kind, sampler] of Object.entries(samplers)) {
    const start = process.cpuUsage();
    const best = seeds.map((seed) => search(sampler, space, cost, seed, trials));
    const seconds = process.cpuUsage(start).user / 1e6 / seeds.length;
    const asBad = probabilityOfRankingAsHigh(best, tpe);
    const asGood = probabilityOfRankingAsHigh(random, best);
    const medians = [best, tpe, random].map((values) => median(values).toPrecision(4));
    const cells = [...medians, asBad.toFixed(4), asGood.toExponential(1), seconds.toFixed(2)];
    console.log(line([name, kind, ...cells]));
    if (!(asBad > 0.05 && asGood < 0.05)) isMet = false;
  }
}
console.log(isMet ? "\nas required" : "\nNOT as required");
process.exitCode = isMet ? 0 : 1;
