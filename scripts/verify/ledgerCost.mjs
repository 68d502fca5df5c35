// What does the ledger cost? The same trainings with it and with --no-ledger, in turns, each in a process
// of its own: the median of a step; the whole run, that is what 100 epochs take more than one; and start and
// end. The last is compared with a start that does not look at the data either, so that hashing them is
// counted.
//
// Neighbours on a shared machine can make a run longer and never shorter: so the fastest of the runs with and
// without are compared, and the median over pairs is printed beside it.
//
//     npm run verify:ledger-cost [-- --pairs 9]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { train } from "./versant.mjs";

const { values: options } = parseArgs({ options: { pairs: { type: "string", default: "9" } } });
const pairs = Number(options.pairs);
const folder = mkdtempSync(join(tmpdir(), "versant-cost-"));
const environment = { VERSANT_LEDGER: join(folder, "ledger"), VERSANT_KEYS: join(folder, "keys") };

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const secondsOf = ({ epochs }) => epochs.map(({ seconds }) => seconds);
const sum = (values) => values.reduce((total, value) => total + value, 0);
const percent = (share) => `${(100 * share).toFixed(1)} %`;

const secondsIn = ({ seconds }) => seconds;

/** Reports of the same training with and without, in turns, so that both meet the same machine. */
function compare(experiment, flags, without) {
  const reports = { on: [], off: [] };
  for (let pair = 0; pair < pairs; pair++) {
    const both = [
      () => reports.on.push(train(experiment, flags, environment)),
      () => reports.off.push(train(experiment, [...flags, ...without], environment)),
    ];
    for (const run of pair % 2 === 0 ? both : both.reverse()) run();
  }
  return reports;
}

let failed = false;
function judge(what, measured, required, show, beside = "") {
  const isMet = measured <= required;
  failed ||= !isMet;
  console.log(
    `${what}: ${show(measured)}${beside}, required at most ${show(required)}${isMet ? "" : "  FAILED"}`,
  );
}

/** Judges how much more time the runs with it take, by the fastest; the median over pairs stands beside it. */
function judgeExcess(what, { on, off }) {
  const pairwise = median(on.map((time, pair) => time / off[pair] - 1));
  const beside = ` (median over pairs ${percent(pairwise)})`;
  judge(what, Math.min(...on) / Math.min(...off) - 1, 0.02, percent, beside);
}

const timesOf = ({ on, off }, figure) => ({ on: on.map(figure), off: off.map(figure) });
const stepOf = (report) => median(secondsOf(report));

try {
  const calculator = ["--epochs", "1000", "--log", "plain"];
  const steps = compare("examples/calculator.ts", calculator, ["--no-ledger"]);
  judgeExcess("calculator, a step", timesOf(steps, stepOf));

  const plain = ["--log", "plain"];
  const digits = compare("examples/mnist.ts", plain, ["--no-ledger"]);
  const one = compare("examples/mnist.ts", [...plain, "--epochs", "1"], ["--no-ledger"]);
  judgeExcess("digits, a step", timesOf(digits, stepOf));
  const alone = (side) => {
    const started = Math.min(...one[side].map(secondsIn));
    return digits[side].map((report) => secondsIn(report) - started);
  };
  judgeExcess("digits, the whole run", { on: alone("on"), off: alone("off") });

  const without = ["--no-ledger", "--no-leak-check"];
  const starts = compare("examples/mnist.ts", ["--epochs", "1", "--log", "plain"], without);
  const start = (report) => report.seconds - sum(secondsOf(report));
  const more = median(starts.on.map((report, pair) => start(report) - start(starts.off[pair])));
  judge("digits, start and end", 1000 * more, 400, (value) => `${value.toFixed(0)} ms more`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
