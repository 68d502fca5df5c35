// Does a search make the same trials again? Digits over the whole declared ranges, twice with the same seed, two trials
// at a time. An epoch each: 80 trials of the declared 100 would take a day on two cores.
//
//     npm run verify:tune [-- --trials 40 --epochs 10 --jobs 2 --sampler tpe --pruner halving]

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { command, root } from "./versant.mjs";

const text = (value) => ({ type: "string", default: value });
const { values: flags } = parseArgs({
  options: {
    trials: text("40"),
    epochs: text("1"),
    jobs: text("2"),
    sampler: text("tpe"),
    pruner: text("none"),
    seed: text("42"),
  },
});
const settings = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);

function search(folder, name) {
  const report = join(folder, `${name}.json`);
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, "tune", "examples/mnist.ts", ...settings, "--report", report],
    {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, VERSANT_LEDGER: join(folder, "ledger") },
    },
  );
  if (status !== 0) throw new Error(`versant tune ended with ${status}:\n${stdout}${stderr}`);
  const { trials, best } = JSON.parse(readFileSync(report, "utf8"));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${name}: ${trials.length} trials in ${seconds} s; best: ${describe(best[0])}`);
  return { trials: trials.map(withoutRun), best: best.map(withoutRun) };
}

const describe = ({ number, value }) => `trial ${number}, ${value}`;
const withoutRun = ({ run: _run, ...trial }) => trial;

const folder = mkdtempSync(join(tmpdir(), "versant-verify-"));
try {
  const [first, second] = ["first", "second"].map((name) => search(folder, name));
  const isSame = JSON.stringify(first) === JSON.stringify(second);
  console.log(isSame ? "the same trials and best" : "OTHER trials");
  if (!isSame) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
