// A training is killed at random moments, and goes on each time where its last checkpoint stands: does it
// end with the weights of one that nobody interrupted, and is its ledger sound? Each run is killed some
// times before it may end; a kill may fall into the preparation, a checkpoint, the test, or the moment in
// which the ledger is written.
//
//     npm run verify:kills [-- --kills 200 --perRun 5 --epochs 6 --seed 1]

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { RandomGenerator } from "versant";
import { Ledger, listRuns, verifyLedger } from "versant/ledger";
import { command, root, train } from "./versant.mjs";

const { values: options } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    perRun: { type: "string", default: "5" },
    epochs: { type: "string", default: "6" },
    seed: { type: "string", default: "1" },
    experiment: { type: "string", default: "examples/mnist.ts" },
  },
});
const wanted = Number(options.kills);
const settings = ["--epochs", options.epochs, "--log", "plain"];
const generator = new RandomGenerator(Number(options.seed), "split");

const started = performance.now();
const uninterrupted = train(options.experiment, [...settings, "--no-ledger"]);
const seconds = (performance.now() - started) / 1000;
console.log(`uninterrupted: ${seconds.toFixed(1)} s, weights ${uninterrupted.weightsSha256}`);

let kills = 0;
let runs = 0;
let wrong = 0;
while (kills < wanted) {
  runs++;
  const found = await killAndResume(Math.min(Number(options.perRun), wanted - kills));
  kills += found.kills;
  if (found.fault) {
    wrong++;
    console.log(`run ${runs}, killed after ${found.moments.join(", ")} s: ${found.fault}`);
  }
  console.log(`${kills} of ${wanted} kills in ${runs} runs, ${wrong} wrong`);
}
console.log(`required: 0 of ${wanted} kills change a bit or the ledger; measured: ${wrong}`);
process.exitCode = wrong === 0 ? 0 : 1;

/** Trains one run to its end, killed so many times on the way. */
async function killAndResume(most) {
  const folder = mkdtempSync(join(tmpdir(), "versant-kills-"));
  const report = join(folder, "report.json");
  const ledgerFolder = join(folder, "ledger");
  const environment = {
    ...process.env,
    VERSANT_LEDGER: ledgerFolder,
    VERSANT_KEYS: join(folder, "keys"),
  };
  const flags = ["--checkpoint-every", "0.3", "--log", "plain", "--report", report];
  const moments = [];
  try {
    for (;;) {
      const isBegun = await hasRun(ledgerFolder);
      const words = isBegun
        ? ["resume", "last", ...flags]
        : ["train", options.experiment, ...settings, ...flags];
      const moment =
        moments.length < most
          ? 0.05 + 1.1 * seconds * generator.uniform()
          : Number.POSITIVE_INFINITY;
      const { signal, code, output } = await runFor(moment, words, environment);
      if (signal === "SIGKILL") {
        moments.push(Number(moment.toFixed(2)));
        continue;
      }
      const kills = moments.length;
      // Killed behind its last word: there is nothing left to go on with.
      const isOver = /has ended \(completed\)/.test(output);
      if (code !== 0 && !isOver) return { kills, moments, fault: `exit code ${code}: ${output}` };
      return { kills, moments, fault: await faultOf(ledgerFolder, report, isOver) };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hasRun(folder) {
  if (!Ledger.exists(folder)) return false;
  const ledger = Ledger.open({ folder });
  try {
    return (await listRuns(ledger)).length > 0;
  } finally {
    await ledger.close();
  }
}

/** Runs the command, and kills it after so many seconds. */
function runFor(moment, words, env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [command, ...words], { cwd: root, env });
    let output = "";
    child.stderr.on("data", (text) => {
      output += text;
    });
    child.stdout.resume();
    const timer = Number.isFinite(moment) && setTimeout(() => child.kill("SIGKILL"), 1000 * moment);
    child.on("close", (code, signal) => {
      if (timer) clearTimeout(timer);
      resolve({ code, signal, output });
    });
  });
}

async function faultOf(folder, report, isOver) {
  const ledger = Ledger.open({ folder });
  try {
    const { fault } = await verifyLedger(ledger);
    if (fault) return `the ledger, event ${fault.sequence}: ${fault.reason}`;
    const [run] = await listRuns(ledger);
    if (run.weights !== uninterrupted.weightsSha256) return `other weights: ${run.weights}`;
    if (isOver) return undefined;
    const { epochs, test } = JSON.parse(readFileSync(report, "utf8"));
    const scores = (records) =>
      JSON.stringify(records.map(({ seconds: _seconds, ...record }) => record));
    if (scores(epochs) !== scores(uninterrupted.epochs)) {
      return `other epochs: ${scores(epochs)} in place of ${scores(uninterrupted.epochs)}`;
    }
    if (JSON.stringify(test) !== JSON.stringify(uninterrupted.test)) return "another test";
    return undefined;
  } finally {
    await ledger.close();
  }
}
