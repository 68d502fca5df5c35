// Does a data set that memory does not hold train? 4 GB of shards, and a CSV file a tenth as large,
// go through an epoch with resident memory under 500 MB, and the model learns.
//
//     npm run verify:streaming [-- --gigabytes 4]

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { csvRows, loss, nn, optim, StreamLoader, shards, Trainer, writeShards } from "versant";

const { values: options } = parseArgs({
  options: {
    gigabytes: { type: "string", default: "4" },
    train: { type: "string" },
    kind: { type: "string" },
  },
});
const width = 1024;
const csvWidth = 16;
const names = Array.from({ length: csvWidth }, (_, index) => `x${index}`);

/** Numbers in [-1, 1), the same at every call; fast, as there are a thousand million of them. */
function* samplesOf(width) {
  let state = 1;
  for (;;) {
    const x = new Float32Array(width);
    let sum = 0;
    for (let index = 0; index < width; index++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      x[index] = state / 2 ** 31;
      sum += index < 8 ? x[index] : 0;
    }
    yield { x, y: sum };
  }
}

async function makeShards(folder, bytes) {
  const atOnce = 256;
  const chunks = Math.ceil(bytes / (4 * (width + 1) * atOnce));
  const source = {
    columns: [
      { name: "x", shape: [width], dtype: "float32" },
      { name: "y", shape: [1], dtype: "float32" },
    ],
    async *read() {
      const samples = samplesOf(width);
      for (let chunk = 0; chunk < chunks; chunk++) {
        const x = new Float32Array(atOnce * width);
        const y = new Float32Array(atOnce);
        for (let sample = 0; sample < atOnce; sample++) {
          const { value } = samples.next();
          x.set(value.x, sample * width);
          y[sample] = value.y;
        }
        yield [x, y];
      }
    },
  };
  await writeShards(folder, source, { samples: 32 * atOnce });
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

async function makeCsv(file, bytes) {
  const stream = createWriteStream(file);
  stream.write(`${names.join(",")},y\n`);
  let written = 0;
  for (const { x, y } of samplesOf(csvWidth)) {
    const row = `${Array.from(x, (each) => each.toFixed(5)).join(",")},${y.toFixed(5)}\n`;
    written += row.length;
    if (!stream.write(row)) await once(stream, "drain");
    if (written >= bytes) break;
  }
  stream.end();
  await once(stream, "close");
  return written;
}

/** Trains an epoch; what it took is printed as JSON. */
async function train(path, kind) {
  const source =
    kind === "shards"
      ? shards(path, { columns: ["x", "y"], shuffle: true })
      : csvRows(path, { columns: { x: { fields: names }, y: { fields: ["y"] } } });
  const features = kind === "shards" ? width : csvWidth;
  const model = new nn.Sequential(new nn.Linear(features, 32), new nn.ReLU(), new nn.Linear(32, 1));
  let first = Number.NaN;
  let last = Number.NaN;
  let samples = 0;
  let since;
  const watch = {
    onBatchEnd(fit) {
      if (fit.batch % 100 === 0) {
        last = fit.scores(since).loss;
        if (Number.isNaN(first)) first = last;
        since = fit.mark();
      }
      samples = fit.samples;
    },
  };
  const trainer = new Trainer({
    model,
    loss: loss.mse,
    optimizer: new optim.Adam(model.parameters(), { learningRate: 1e-3 }),
    callbacks: [watch],
  });
  const started = performance.now();
  const loader = new StreamLoader(source, { batchSize: 128, shuffleBuffer: 8192, seed: 1 });
  await trainer.fit({ train: loader, epochs: 1 });
  const seconds = (performance.now() - started) / 1000;
  // maxRSS counts in KiB; MB are 10^6 bytes, as everywhere here.
  const residentMB = (process.resourceUsage().maxRSS * 1024) / 1e6;
  console.log(JSON.stringify({ first, last, samples, seconds, residentMB }));
}

function check(passed, text) {
  console.log(`  ${passed ? "passed" : "FAILED"}: ${text}`);
  if (!passed) process.exitCode = 1;
}

/** In a process of its own, so that its memory is that of training alone. */
function verify(kind, path, bytes) {
  const args = [fileURLToPath(import.meta.url), "--train", path, "--kind", kind];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0)
    throw new Error(`training on ${kind} ended with ${status}:\n${stdout}${stderr}`);
  const { first, last, samples, seconds, residentMB } = JSON.parse(stdout);
  const rate = bytes / 1e6 / seconds;
  console.log(
    `${kind}: ${(bytes / 1e9).toFixed(2)} GB, ${samples} samples in ${seconds.toFixed(1)} s ` +
      `(${rate.toFixed(0)} MB/s)`,
  );
  check(residentMB < 500, `resident memory ${residentMB.toFixed(0)} MB, under 500 MB is required`);
  check(last < first / 4, `loss ${first.toFixed(3)} at first, ${last.toFixed(3)} at last`);
}

if (options.train) {
  await train(options.train, options.kind);
} else {
  const bytes = Number(options.gigabytes) * 1e9;
  const folder = mkdtempSync(join(tmpdir(), "versant-streaming-"));
  try {
    const shardFolder = join(folder, "shards");
    verify("shards", shardFolder, await makeShards(shardFolder, bytes));
    rmSync(shardFolder, { recursive: true });
    const csv = join(folder, "rows.csv");
    verify("csv", csv, await makeCsv(csv, bytes / 10));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
