// A training step beside PyTorch's on the same machine in the same minutes: peers take turns, round
// by round, so that what disturbs one disturbs all; medians of rounds of medians of steps.
//
//     npm run bench:step [-- --rounds 9 --json result.json --python /usr/bin/python3]

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "../scripts/verify/rankTest.mjs";
import { Peer } from "./peer.mjs";
import { calculator, digits } from "./workloads.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    json: { type: "string" },
    python: { type: "string", default: process.env.PYTHON ?? "/usr/bin/python3" },
  },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const pytorch = (threads) => [options.python, here("peers/pytorch.py"), String(threads)];
const versant = [process.execPath, here("peers/versant.mjs")];

/** Its own threads, and those of the library that multiplies for it. */
const threadsOf = (count) => ({ OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count });

const peers = new Set([
  new Peer("PyTorch, 1 thread", pytorch(1), threadsOf("1")),
  new Peer("PyTorch, 2 threads", pytorch(2), threadsOf("2")),
  new Peer("native, 1 thread", versant, { VERSANT_DEVICE: "native", VERSANT_THREADS: "1" }),
  new Peer("native, 2 threads", versant, { VERSANT_DEVICE: "native", VERSANT_THREADS: "2" }),
  new Peer("wasm", versant, { VERSANT_DEVICE: "wasm" }),
]);

/** How many times as fast as PyTorch's better number of threads a step has to be. */
const required = { calculator: { native: 15, wasm: 5 }, digits: { native: 6, wasm: 2 } };

/** Fails unless all peers lose the same over the first steps, to what rounding may change. */
function requireSameLosses(workload, answers) {
  const [first, ...others] = answers;
  for (const { name, losses } of others) {
    losses.forEach((loss, step) => {
      const reference = first.losses[step];
      if (!(Math.abs(loss - reference) <= 1e-4 * Math.abs(reference))) {
        throw new Error(
          `${workload}: the loss of step ${step} is ${loss} with ${name} and ${reference} with ` +
            `${first.name}; they do not do the same work.`,
        );
      }
    });
  }
}

async function measure(workload) {
  const present = [];
  for (const peer of peers) {
    try {
      await peer.ask({ load: workload });
      const { losses } = await peer.ask({ workload: workload.name, steps: 20 });
      present.push({ peer, name: peer.name, losses, rounds: [] });
    } catch (error) {
      console.log(error.message);
      peers.delete(peer);
    }
  }
  requireSameLosses(workload.name, present);
  // Warm up, then let each round last about as long for the slow as for the fast.
  for (const each of present) {
    const { median } = await each.peer.ask({ workload: workload.name, steps: 500 });
    each.steps = Math.min(20_000, Math.max(200, Math.round(400_000 / median)));
  }
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const each of present) {
      // Threads of the peer before spin for a while after their last step: let them go to sleep.
      await setTimeout(150);
      const answer = await each.peer.ask({ workload: workload.name, steps: each.steps });
      each.rounds.push(answer.median);
    }
  }
  return present.map(({ name, rounds }) => ({ name, microseconds: median(rounds), rounds }));
}

function report(workload, results) {
  const pytorchResults = results.filter(({ name }) => name.startsWith("PyTorch"));
  const fastest = Math.min(...pytorchResults.map(({ microseconds }) => microseconds));
  console.log(`\n${workload}`);
  for (const result of results) {
    result.ratio = pytorchResults.length > 0 ? fastest / result.microseconds : null;
    const ratio = result.ratio === null ? "" : `${result.ratio.toFixed(2).padStart(7)} times`;
    console.log(
      `  ${result.name.padEnd(20)}${result.microseconds.toFixed(1).padStart(9)} µs${ratio}`,
    );
  }
  if (pytorchResults.length === 0) return;
  for (const [device, least] of Object.entries(required[workload])) {
    const ratios = results.filter(({ name }) => name.startsWith(device)).map(({ ratio }) => ratio);
    if (ratios.length === 0) continue;
    const met = Math.max(...ratios) >= least;
    console.log(`  ${device}: at least ${least} times is required: ${met ? "met" : "NOT met"}`);
    if (!met) process.exitCode = 1;
  }
}

const processor = cpus()[0]?.model ?? "unknown";
console.log(`${processor}, ${cpus().length} processors, Node ${process.version}`);
const results = {};
try {
  for (const workload of [calculator, digits]) {
    results[workload.name] = await measure(workload);
    report(workload.name, results[workload.name]);
  }
} finally {
  for (const peer of peers) peer.end();
}
if (options.json) {
  const record = { date: new Date().toISOString(), processor, node: process.version, results };
  writeFileSync(options.json, `${JSON.stringify(record, null, 2)}\n`);
}
