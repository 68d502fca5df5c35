// Is the ledger still quick after 10,000 runs of 1,000 losses, while another process writes? Lists runs
// by conditions (under 300 ms), tells two runs apart (under 200 ms), and keeps all of it in less than 1 GB.
// Times are those of whole commands, medians of ten; what Node alone takes, and the queries, stand beside.
//
//     npm run verify:ledger-scale [-- --runs 10000 --folder PATH --sound]
//
// --folder keeps the ledger, and takes it again; --sound verifies it as a whole too.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  countRuns,
  Ledger,
  listRuns,
  parseCondition,
  readDiff,
  verifyLedger,
} from "versant/ledger";
import { fillRuns, manyEvents, nameOf } from "./manyRuns.mjs";
import { median } from "./rankTest.mjs";

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    folder: { type: "string" },
    sound: { type: "boolean", default: false },
    writer: { type: "boolean", default: false },
  },
});
const count = Number(options.runs);
const folder = options.folder ?? mkdtempSync(join(tmpdir(), "versant-scale-"));
const command = fileURLToPath(new URL("../../packages/lab/bin/versant.mjs", import.meta.url));
process.env.VERSANT_LEDGER = join(folder, "ledger");
process.env.VERSANT_KEYS = join(folder, "keys");

if (options.writer) await write();
else {
  try {
    process.exitCode = (await measure()) ? 0 : 1;
  } finally {
    if (!options.folder) rmSync(folder, { recursive: true, force: true });
  }
}

/** Goes on with new runs, an event at a time, until it is told to end. */
async function write() {
  const ledger = Ledger.open();
  for (let number = await countRuns(ledger); ; number++) {
    for (const event of manyEvents(number)) {
      await ledger.append([event]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function measure() {
  const ledger = Ledger.open();
  const filling = performance.now();
  await fillRuns(ledger, count);
  const seconds = (performance.now() - filling) / 1000;
  const [last] = await ledger.database.query
    .selectFrom("events")
    .select("sequence")
    .orderBy("sequence", "desc")
    .limit(1)
    .execute();
  ledger.database.connection.exec("pragma wal_checkpoint(truncate)");
  const bytes = sizeOf(ledger.folder);
  console.log(`${count} runs, ${last.sequence + 1} events, written in ${seconds.toFixed(1)} s`);
  console.log(`store ${(bytes / 1e6).toFixed(0)} MB`);

  const writer = spawn(process.execPath, [
    ...[fileURLToPath(import.meta.url), "--writer", "--folder", folder],
  ]);
  let times;
  try {
    times = await timesOf(ledger);
  } finally {
    writer.kill();
  }
  for (const [name, time] of Object.entries(times)) console.log(`${name}: ${time.toFixed(0)} ms`);
  if (options.sound) {
    const before = performance.now();
    const { events, fault } = await verifyLedger(ledger);
    const took = ((performance.now() - before) / 1000).toFixed(1);
    console.log(`verified ${events} events in ${took} s: ${fault?.reason ?? "sound"}`);
  }
  await ledger.close();
  return times["versant runs --where"] < 300 && times["versant diff"] < 200 && bytes < 1e9;
}

async function timesOf(ledger) {
  const conditions = ["test.accuracy>=0.97", "width=64"];
  const [a, b] = [nameOf(Math.floor(count / 3)), nameOf(Math.floor(count / 2))];
  const where = conditions.flatMap((condition) => ["--where", condition]);
  const query = { conditions: conditions.map(parseCondition), limit: 50 };
  return {
    "node alone": await typical(() => run("-e", "0")),
    "versant runs --where": await typical(() => run(command, "runs", ...where)),
    "versant diff": await typical(() => run(command, "diff", a, b)),
    "the query of runs": await typical(() => listRuns(ledger, query)),
    "the query of diff": await typical(() => readDiff(ledger, a, b)),
  };
}

/** Milliseconds, the median of ten. */
async function typical(action) {
  const times = [];
  for (let round = 0; round < 10; round++) {
    const before = performance.now();
    await action();
    times.push(performance.now() - before);
  }
  return median(times);
}

function run(...args) {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
}

function sizeOf(path) {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
