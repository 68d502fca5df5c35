// What does looking inside cost? The same trainings with --insight and without, in turns, each in a process
// of its own, from its start to its end: processor time, as other processes disturb that least, and time; weights
// have to be the same. Differences of pairs vary by more than what is asked for: their median is given with an
// interval that holds it in 95 of 100 cases.
//
//     npm run verify:insight-cost [-- --pairs 25]

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { train } from "./versant.mjs";

const { values: options } = parseArgs({ options: { pairs: { type: "string", default: "25" } } });
const pairs = Number(options.pairs);
const required = 0.01;

const folder = mkdtempSync(join(tmpdir(), "versant-insight-"));
const times = join(folder, "time");
const environment = {
  VERSANT_LEDGER: join(folder, "ledger"),
  VERSANT_KEYS: join(folder, "keys"),
  VERSANT_PROCESSOR_TIME: times,
  NODE_OPTIONS: `--import=${new URL("processorTime.mjs", import.meta.url)}`,
};

const percent = (share) => `${(100 * share).toFixed(2)} %`;

function measured(experiment, flags) {
  const report = train(experiment, ["--log", "plain", ...flags], environment);
  return { ...report, processor: Number(readFileSync(times, "utf8")) };
}

/** The median, and the values whose ranks are 1.96 standard deviations of a fair coin's tosses around it. */
function medianOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const reach = (1.96 * Math.sqrt(sorted.length)) / 2;
  const at = (rank) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))];
  const middle = (sorted.length - 1) / 2;
  return { median: at(middle), low: at(middle - reach), high: at(middle + reach) };
}

function compare(experiment, count) {
  const all = Array.from({ length: count }, (_, pair) => {
    const both = { on: ["--insight"], off: [] };
    const order = pair % 2 === 0 ? ["on", "off"] : ["off", "on"];
    return Object.fromEntries(order.map((each) => [each, measured(experiment, both[each])]));
  });
  if (new Set(all.flatMap(({ on, off }) => [on.weightsSha256, off.weightsSha256])).size !== 1) {
    throw new Error(`${experiment}: the weights are not the same with and without insight.`);
  }
  for (const figure of ["processor", "seconds"]) {
    const { median, low, high } = medianOf(all.map(({ on, off }) => on[figure] / off[figure] - 1));
    // Of the time others take a part.
    const isMet = figure === "seconds" || median <= required;
    if (!isMet) process.exitCode = 1;
    console.log(
      `${experiment}, ${figure}: ${percent(median)} more (${percent(low)} to ${percent(high)})` +
        (figure === "processor" ? `, required at most ${percent(required)}` : "") +
        (isMet ? "" : "  FAILED"),
    );
  }
  const peak = Math.max(...all.map(({ on }) => on.peakMemoryMB));
  const before = Math.max(...all.map(({ off }) => off.peakMemoryMB));
  console.log(`${experiment}, peak memory: ${peak.toFixed(0)} MB, ${before.toFixed(0)} MB without`);
}

try {
  // The calculator takes half a second: the more pairs are needed.
  compare("examples/calculator.ts", 4 * pairs);
  compare("examples/mnist.ts", pairs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
