// Is the calculator as good as PyTorch's? 30 seeds against the 30 of the fixture, which
// calculator.py made, by a rank test for each metric: not worse is p > 0.05.
//
//     npm run verify:calculator [-- --device wasm]

import { readFileSync } from "node:fs";
import { median, probabilityOfRankingAsHigh } from "./rankTest.mjs";
import { train } from "./versant.mjs";

const fixture = new URL(
  "../../packages/core/test/fixtures/calculator-pytorch.json",
  import.meta.url,
);
const theirs = JSON.parse(readFileSync(fixture, "utf8")).scores;
const flags = process.argv.slice(2);
const reports = theirs.map(({ seed }) => {
  const report = train("examples/calculator.ts", ["--seed", String(seed), ...flags]);
  process.stderr.write(`\rseed ${seed}   `);
  return report;
});
process.stderr.write("\r");
const ours = reports.map(({ test }) => test);

const metrics = [
  { name: "mse", worse: "larger" },
  { name: "mae", worse: "larger" },
  { name: "r2", worse: "smaller" },
];
console.log("metric  median of Versant  of PyTorch  p of not being worse");
for (const { name, worse } of metrics) {
  const [a, b] = [ours, theirs].map((scores) => scores.map((score) => score[name]));
  const p =
    worse === "larger" ? probabilityOfRankingAsHigh(a, b) : probabilityOfRankingAsHigh(b, a);
  const verdict = p > 0.05 ? "not worse" : "WORSE";
  const columns = [median(a).toFixed(5).padStart(17), median(b).toFixed(5).padStart(10)];
  console.log(`${name.padEnd(6)}  ${columns.join("  ")}  ${p.toFixed(3)} ${verdict}`);
  if (p <= 0.05) process.exitCode = 1;
}

const keptOut = median(reports.map(({ inspection }) => inspection.keptOut.mse));
console.log(`mse on pairs kept out of training: median ${keptOut.toFixed(5)}`);
