// Is the studio quick over 10,000 runs, while another process writes? Each question is asked over HTTP; times are medians
// of ten, after one that nobody counts. Lists have to be there in 100 ms, everything else in 200 ms, also the curves of a run
// of 1,000,000 steps; and with all of that the server holds less than 500 MB.
//
//     npm run verify:studio-scale [-- --runs 10000 --folder PATH]
//
// --folder keeps the ledger, and takes it again.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { countRuns, Ledger } from "versant/ledger";
import { manyEvents, nameOf } from "./manyRuns.mjs";
import { median } from "./rankTest.mjs";

const { values: options } = parseArgs({
  options: { runs: { type: "string", default: "10000" }, folder: { type: "string" } },
});
const count = Number(options.runs);
const folder = options.folder ?? mkdtempSync(join(tmpdir(), "versant-studio-"));
const script = (path) => fileURLToPath(new URL(path, import.meta.url));
process.env.VERSANT_LEDGER = join(folder, "ledger");
process.env.VERSANT_KEYS = join(folder, "keys");
delete process.env.VERSANT_TOKEN;

const long = "long-00000";
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
  "curves of a million points": `/api/runs/${long}/series?points=2000`,
};

try {
  process.exitCode = (await measure()) ? 0 : 1;
} finally {
  if (!options.folder) rmSync(folder, { recursive: true, force: true });
}

async function measure() {
  await fill();
  const studio = spawn(process.execPath, [
    ...[script("../../packages/lab/bin/versant.mjs"), "studio", "--port", "0", "--no-open"],
  ]);
  const writer = spawn(process.execPath, [
    script("ledgerScale.mjs"),
    "--writer",
    "--folder",
    folder,
  ]);
  try {
    const address = await addressOf(studio);
    const { headers } = await fetch(address, { redirect: "manual" });
    const cookie = headers.get("set-cookie").split(";")[0];
    const ask = (path) => timed(() => answered(new URL(path, address), cookie));
    let isQuick = true;
    for (const [name, query] of Object.entries(lists)) {
      isQuick = tell(name, await ask(`/api/runs${query}`), 100) && isQuick;
    }
    for (const [name, path] of Object.entries(others)) {
      isQuick = tell(name, await ask(path), 200) && isQuick;
    }
    const megabytes = residentMegabytes(studio.pid);
    console.log(`resident memory: ${megabytes.toFixed(0)} MB`);
    return isQuick && megabytes < 500;
  } finally {
    writer.kill();
    studio.kill();
  }
}

function tell(name, { first, typical }, limit) {
  console.log(`${name}: ${typical.toFixed(0)} ms (first ${first.toFixed(0)} ms)`);
  return typical < limit;
}

/** As Linux tells it. */
function residentMegabytes(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(kilobytes) / 1000;
}

async function answered(url, cookie) {
  const response = await fetch(url, { headers: { cookie } });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text}`);
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

async function addressOf(studio) {
  studio.stderr.pipe(process.stderr);
  for await (const text of studio.stdout) {
    const [, address] = /studio +(http\S+)/.exec(text) ?? [];
    if (address) return address;
  }
  throw new Error("the studio ended without an address");
}

async function fill() {
  const ledger = Ledger.open();
  const batch = 50;
  for (let first = await countRuns(ledger); first < count; first += batch) {
    const numbers = Array.from({ length: Math.min(batch, count - first) }, (_, i) => first + i);
    await ledger.append(numbers.flatMap(manyEvents));
  }
  const known = await ledger.events({ run: long, types: ["run.started"] });
  if (known.length === 0) await ledger.append(millionSteps());
  ledger.database.connection.exec("pragma wal_checkpoint(truncate)");
  await ledger.close();
}

function millionSteps() {
  const [started] = manyEvents(0);
  const learningRate = 0.001;
  const steps = Array.from({ length: 1000 }, (_, index) => {
    const mean = Array.from({ length: 1000 }, (_, i) =>
      Number((1 / (index + i / 1000 + 1)).toPrecision(6)),
    );
    return {
      type: "steps",
      run: long,
      payload: { first: 1000 * index, stride: 1, batches: 1000, mean, learningRate },
    };
  });
  return [{ ...started, run: long }, ...steps];
}
