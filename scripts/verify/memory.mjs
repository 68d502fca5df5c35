// Does training leak? 100,000 compiled steps may let resident memory grow by less than 5 MB, and
// the memory of 10,000 eager steps may not keep growing.
//
//     npm run verify:memory [-- --device wasm]

import { parseArgs } from "node:util";
import { compile, loss, nn, optim, tensor, useDevice } from "versant";
import { median } from "./rankTest.mjs";

const { values: options } = parseArgs({ options: { device: { type: "string" } } });
if (typeof globalThis.gc !== "function") {
  throw new Error("run this with node --expose-gc, so that garbage is not taken for a leak.");
}
if (options.device) await useDevice(options.device);

/** One step of the calculator's network, as a function to be compiled or called as it is. */
function trainingStep() {
  const sizes = [2, 16, 16, 16, 1];
  const layers = sizes
    .slice(1)
    .flatMap((size, index) => [new nn.Linear(sizes[index], size), new nn.ReLU()]);
  const model = new nn.Sequential(...layers.slice(0, -1));
  const optimizer = new optim.Adam(model.parameters(), { learningRate: 1e-3 });
  return (x, y) => {
    const cost = loss.mse(model.forward(x), y);
    cost.backward();
    optimizer.step();
    return cost;
  };
}

const numbers = Float32Array.from({ length: 128 }, (_, index) => ((index * 37) % 101) / 100);
const x = tensor(numbers, { shape: [64, 2] });
const y = x.mean([1], { keepDims: true });

const MB = 2 ** 20;
/** Resident memory, and what the collector keeps, once garbage is gone; in MB. */
function memory() {
  globalThis.gc();
  globalThis.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss / MB, live: (heapUsed + external) / MB };
}

/** Memory at the start and after each of `samples` equal parts of `steps`. */
function sample(step, steps, samples) {
  const measured = [memory()];
  for (let part = 0; part < samples; part++) {
    for (let index = 0; index < steps / samples; index++) step(x, y).itemSync();
    measured.push(memory());
  }
  return measured;
}

/** The usual growth between two samples: a leak shows in all, code being optimised in some. */
const usualGrowth = (values) => median(values.slice(1).map((value, at) => value - values[at]));

const show = (values) => values.map((value) => value.toFixed(1)).join(" ");

function check(passed, text) {
  console.log(`  ${passed ? "passed" : "FAILED"}: ${text}`);
  if (!passed) process.exitCode = 1;
}

const compiled = compile(trainingStep());
for (let index = 0; index < 5000; index++) compiled(x, y).itemSync();
const resident = sample(compiled, 100_000, 10).map((each) => each.resident);
const growth = resident.at(-1) - resident[0];
console.log(`100,000 compiled steps, resident MB: ${show(resident)}`);
check(growth < 5, `grew by ${growth.toFixed(2)} MB, less than 5 is required`);

const eager = trainingStep();
for (let index = 0; index < 1000; index++) eager(x, y).itemSync();
const samples = sample(eager, 10_000, 20);
const live = samples.map((each) => each.live);
const perStep = (usualGrowth(live) * MB) / 500;
console.log(`10,000 eager steps, live MB: ${show(live)}`);
console.log(`  resident MB: ${show(samples.map((each) => each.resident))}`);
// One float32 tensor of the network kept a step would be 64 bytes and its handle a few hundred.
check(perStep < 64, `grows by ${perStep.toFixed(1)} bytes a step, less than 64 is required`);
