// What does the ledger cost? The same trainings with it and with --no-ledger, in turns, each in a process
// of its own: the median of a step; the whole run, that is what 100 epochs take more than one; and start and
// end. The last is compared with a start that does not look at the data either, so that hashing them is
// counted.
//
//     npm run verify:ledger-cost [-- --pairs 7]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { train } from "./versant.mjs";

const { values: options } = parseArgs({ options: { pairs: { type: "string", default: "7" } } });
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
function judge(what, measured, required, show) {
  const isMet = measured <= required;
  failed ||= !isMet;
  console.log(
    `${what}: ${show(measured)}, required at most ${show(required)}${isMet ? "" : "  FAILED"}`,
  );
}

/** How much more `on` takes than `off`: the median over pairs. */
const excess = ({ on, off }, figure) =>
  median(on.map((report, pair) => figure(report) / figure(off[pair]) - 1));

try {
  const calculator = ["--epochs", "1000", "--log", "plain"];
  const steps = compare("examples/calculator.ts", calculator, ["--no-ledger"]);
  judge(
    "calculator, a step",
    excess(steps, (report) => median(secondsOf(report))),
    0.02,
    percent,
  );

  const plain = ["--log", "plain"];
  const digits = compare("examples/mnist.ts", plain, ["--no-ledger"]);
  const one = compare("examples/mnist.ts", [...plain, "--epochs", "1"], ["--no-ledger"]);
  const started = { on: median(one.on.map(secondsIn)), off: median(one.off.map(secondsIn)) };
  judge(
    "digits, a step",
    excess(digits, (report) => median(secondsOf(report))),
    0.02,
    percent,
  );
  const whole = digits.on.map((report, pair) => {
    const [on, off] = [report, digits.off[pair]].map(secondsIn);
    return (on - started.on) / (off - started.off) - 1;
  });
  judge("digits, the whole run", median(whole), 0.02, percent);

  const without = ["--no-ledger", "--no-leak-check"];
  const starts = compare("examples/mnist.ts", ["--epochs", "1", "--log", "plain"], without);
  const start = (report) => report.seconds - sum(secondsOf(report));
  const more = median(starts.on.map((report, pair) => start(report) - start(starts.off[pair])));
  judge("digits, start and end", 1000 * more, 400, (value) => `${value.toFixed(0)} ms more`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
