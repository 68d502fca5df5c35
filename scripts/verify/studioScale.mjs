// Is the studio quick over 10,000 runs, while another process writes? Each question is asked over HTTP; times are medians
// of ten, after one that nobody counts. Lists have to be there in 100 ms, everything else in 200 ms, also the curves of a run
// of 1,000,000 steps; and with all of that the server holds less than 500 MB.
//
//     npm run verify:studio-scale [-- --runs 10000 --folder PATH]
//
// --folder keeps the ledger, and takes it again.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Ledger } from "versant/ledger";
import { fillLongRun, fillRuns, longRun, nameOf } from "./manyRuns.mjs";
import { residentMegabytes } from "./processes.mjs";
import { median } from "./rankTest.mjs";
import { openStudio } from "./studioProcess.mjs";

const { values: options } = parseArgs({
  options: { runs: { type: "string", default: "10000" }, folder: { type: "string" } },
});
const count = Number(options.runs);
const folder = options.folder ?? mkdtempSync(join(tmpdir(), "versant-studio-"));
const script = (path) => fileURLToPath(new URL(path, import.meta.url));
process.env.VERSANT_LEDGER = join(folder, "ledger");
process.env.VERSANT_KEYS = join(folder, "keys");
delete process.env.VERSANT_TOKEN;

const encoded = encodeURIComponent;
const lists = {
  "the newest": "",
  "a score, sorted": `?where=${encoded("test.accuracy>=0.97")}&sort=test.accuracy&order=desc`,
  "two values": `?where=${encoded("width=64")}&where=${encoded("learningRate<0.001")}`,
  "a state": `?where=${encoded("state=stopped")}&sort=seconds`,
  "a text": "?search=0042",
  "a tag that is not there": `?where=${encoded("tags=nothing")}`,
  "sorted by a value": "?sort=learningRate&order=asc",
  "sorted by a score, far down": "?sort=validation.loss&offset=9000",
  "a thousand rows without lines": "?limit=1000&sparklines=no&columns=test.accuracy,width",
};
const others = {
  fields: "/api/fields",
  "one run": `/api/runs/${nameOf(Math.floor(count / 2))}`,
  "its curves": `/api/runs/${nameOf(Math.floor(count / 2))}/series`,
  diff: `/api/diff?a=${nameOf(1)}&b=${nameOf(Math.floor(count / 2))}`,
  "curves of a million points": `/api/runs/${longRun}/series?points=2000`,
};

try {
  process.exitCode = (await measure()) ? 0 : 1;
} finally {
  if (!options.folder) rmSync(folder, { recursive: true, force: true });
}

async function measure() {
  await fill();
  const studio = await openStudio();
  const writer = spawn(process.execPath, [
    script("ledgerScale.mjs"),
    "--writer",
    "--folder",
    folder,
  ]);
  try {
    const ask = (path) => timed(() => studio.text(path));
    let isQuick = true;
    for (const [name, query] of Object.entries(lists)) {
      isQuick = tell(name, await ask(`/api/runs${query}`), 100) && isQuick;
    }
    for (const [name, path] of Object.entries(others)) {
      isQuick = tell(name, await ask(path), 200) && isQuick;
    }
    const megabytes = residentMegabytes(studio.child.pid);
    console.log(`resident memory: ${megabytes.toFixed(0)} MB`);
    return isQuick && megabytes < 500;
  } finally {
    writer.kill();
    studio.child.kill();
  }
}

function tell(name, { first, typical }, limit) {
  console.log(`${name}: ${typical.toFixed(0)} ms (first ${first.toFixed(0)} ms)`);
  return typical < limit;
}

async function timed(action) {
  const times = [];
  for (let round = 0; round <= 10; round++) {
    const before = performance.now();
    await action();
    times.push(performance.now() - before);
  }
  return { first: times[0], typical: median(times.slice(1)) };
}

async function fill() {
  const ledger = Ledger.open();
  await fillRuns(ledger, count);
  await fillLongRun(ledger);
  ledger.database.connection.exec("pragma wal_checkpoint(truncate)");
  await ledger.close();
}
