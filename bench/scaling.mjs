// How time grows with the work: a training step against width, depth and batch size, an epoch
// against the number of samples, with Versant native on 1 and 2 threads. Beside each time stands the
// arithmetic that the network asks for; time may grow no faster than that.
//
//     npm run bench:scaling [-- --rounds 5 --only width --json FILE --svg FILE]
//
// Fails when the slope of time against arithmetic, both logarithmic, is above 1.05 in the upper half
// of a sweep. The lower half is left out of the judgement because fixed costs flatter it. Where the
// weights with gradients and Adam's two means (the MB printed) outgrow the processor's cache, the
// same arithmetic waits for memory, once and for all: the one bend upwards that is to be expected.

import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "../scripts/verify/rankTest.mjs";
import { sweeps } from "./scaling/sweeps.mjs";

const steepest = 1.05;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    json: { type: "string" },
    svg: { type: "string" },
  },
});

// Asked for first: a chart library that is not installed is not to be noticed at the end.
const chart = options.svg && (await import("./scaling/chart.mjs"));

/** A process that trains with so many threads. */
function start(threads) {
  const environment = { VERSANT_DEVICE: "native", VERSANT_THREADS: String(threads) };
  const child = fork(fileURLToPath(new URL("scaling/versant.mjs", import.meta.url)), {
    env: { ...process.env, ...environment },
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`Versant with ${threads} threads ended with ${code}.`);
  });
  // Ending is no error once nobody waits for an answer.
  ended.catch(() => {});
  const ask = async (message) => {
    child.send(message);
    const [answer] = await Promise.race([once(child, "message"), ended]);
    return answer;
  };
  return { threads, ask, end: () => child.disconnect() };
}

/**
 * The time of each point with each number of threads. A round goes through all of them, so that a
 * disturbance hits a few times of one round, which the median leaves out, and not a part of the line.
 */
async function measure(peers, points) {
  for (const { ask } of peers) await ask({ prepare: points.map(({ request }) => request) });
  const rows = points.flatMap(({ value, operations, stateMB }, point) =>
    peers.map(({ threads, ask }) => ({
      value,
      operations,
      stateMB,
      threads,
      point,
      ask,
      rounds: [],
    })),
  );
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const { ask, point, rounds } of rows) {
      // Threads of the other process spin for a moment after its last step.
      await setTimeout(30);
      rounds.push((await ask({ measure: point })).microseconds);
    }
  }
  return rows.map(({ point, ask, ...row }) => ({ ...row, microseconds: median(row.rounds) }));
}

/** The slope of the line nearest to the points (least squares), both axes logarithmic. */
function slope(points) {
  const x = points.map(({ operations }) => Math.log(operations));
  const y = points.map(({ microseconds }) => Math.log(microseconds));
  const mean = (list) => list.reduce((sum, each) => sum + each, 0) / list.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, each, index) => sum + (each - meanX) * (y[index] - meanY), 0);
  return covariance / x.reduce((sum, each) => sum + (each - meanX) ** 2, 0);
}

async function sweep(peers, { name, title, points }) {
  console.log(`\n${title}`);
  const rows = await measure(peers, points);
  for (const { value, stateMB, operations } of points) {
    const cells = rows
      .filter((row) => row.value === value)
      .map(
        ({ threads, microseconds }) =>
          `${microseconds.toFixed(1).padStart(12)} µs on ${threads}` +
          `${(operations / microseconds / 1000).toFixed(1).padStart(7)} GFLOP/s`,
      );
    const memory = `${stateMB.toFixed(1).padStart(7)} MB`;
    console.log(`  ${name} ${String(value).padStart(6)}${memory}${cells.join("")}`);
  }
  const slopes = peers.map(({ threads }) => {
    const all = rows.filter((row) => row.threads === threads);
    const upper = slope(all.slice(Math.floor(all.length / 2)));
    const verdict =
      upper <= steepest ? "no worse than the arithmetic" : "WORSE than the arithmetic";
    const on = `${threads} thread${threads > 1 ? "s" : ""}`;
    console.log(
      `  ${on}: slope ${slope(all).toFixed(2)}, upper half ${upper.toFixed(2)}: ${verdict}`,
    );
    if (upper > steepest) process.exitCode = 1;
    return { threads, slope: slope(all), upperHalf: upper };
  });
  return { name, title, rows, slopes };
}

const machine = {
  processor: cpus()[0]?.model ?? "unknown",
  processors: cpus().length,
  node: process.version,
};
console.log(`${machine.processor}, ${machine.processors} processors, Node ${machine.node}`);
const chosen = sweeps.filter(({ name }) => !options.only || options.only === name);
if (chosen.length === 0) {
  throw new Error(
    `--only: received ${options.only}, expected ${sweeps.map(({ name }) => name).join(", ")}.`,
  );
}
const peers = [1, 2].map(start);
const results = [];
try {
  for (const each of chosen) results.push(await sweep(peers, each));
} finally {
  for (const { end } of peers) end();
}
if (options.json) {
  const record = { date: new Date().toISOString(), machine, steepest, sweeps: results };
  writeFileSync(options.json, `${JSON.stringify(record, null, 2)}\n`);
}
if (chart) writeFileSync(options.svg, `${await chart.drawScaling(results)}\n`);
