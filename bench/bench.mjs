// `npm run bench`: every workload beside the peers of Versant on the same machine in the same minutes.
// See README.md.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { epochRatios, measureEpoch } from "./epoch/epoch.mjs";
import { Limits } from "./measure/limits.mjs";
import { sharesOf, workOf } from "./measure/operations.mjs";
import { Contest } from "./measure/rounds.mjs";
import { labelOf, systemsOf, takesPart } from "./measure/systems.mjs";
import { chartOf } from "./report/chart.mjs";
import { geometricMean, ratiosOf } from "./report/ratios.mjs";
import { requirementsOf } from "./report/requirements.mjs";
import { limitsTable, ratiosTable, requirementsTable, tableOf } from "./report/table.mjs";
import { workloads } from "./workloads/index.mjs";
import { writeWorkload } from "./workloads/write.mjs";

const EPOCH = "mnist-epoch";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    systems: { type: "string", multiple: true, default: [] },
    rounds: { type: "string" },
    quick: { type: "boolean", default: false },
    python: { type: "string", default: process.env.PYTHON ?? "/usr/bin/python3" },
    json: { type: "string" },
    svg: { type: "string" },
  },
});

/** "gemm" stands for all products. */
function isWanted(name) {
  const { only } = options;
  if (only.length === 0) return true;
  return only.some((each) => (each === "gemm" ? name.startsWith("gemm-") : name === each));
}

const known = ["gemm", EPOCH, ...workloads.map(({ name }) => name)];
const unknown = options.only.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`--only: received ${unknown.join(", ")}, expected any of ${known.join(", ")}.`);
  process.exit(2);
}

const pace = options.quick
  ? { rounds: 2, turnMs: 120, patience: 5 }
  : { rounds: 5, turnMs: 300, patience: 10 };
if (options.rounds) pace.rounds = Number(options.rounds);

const systems = systemsOf(options.python, options.systems);
const limits = new Limits(systems);
const folder = mkdtempSync(join(tmpdir(), "versant-bench-"));

/** Some workloads, one after the other, in one process for each system. */
async function measure(group) {
  const isAlone = group.length === 1;
  // Products are many and small.
  const many = { turnMs: pace.turnMs / 5, rounds: Math.min(3, pace.rounds), patience: 3 };
  const contest = new Contest(
    systems.filter((system) => takesPart(system, group[0])),
    { ...pace, ...(isAlone ? {} : many) },
  );
  const rows = [];
  for (const workload of group) {
    const path = writeWorkload(folder, workload);
    const work = workOf(JSON.parse(readFileSync(path, "utf8")));
    await limits.refresh();
    const peak = limits.latest.get("Versant native, 1 thread")?.operationsPerSecond;
    for (const { losses, ...result } of await contest.run(workload, path)) {
      const limit = limits.latest.get(labelOf(result));
      const shares = sharesOf(work, result.medianMicroseconds, limit);
      const ofNativePeak = peak && (1e9 * shares.gigaflops) / peak;
      rows.push({ ...result, lossAfter20: losses[19] ?? null, losses, ...shares, ofNativePeak });
    }
    rmSync(path);
    rmSync(path.replace(/json$/, "bin"));
  }
  const peaks = await contest.end();
  if (isAlone)
    return rows.map((row) => ({ ...row, peakMemoryMB: peaks.get(labelOf(row)) ?? null }));
  // A process that ran several workloads says nothing of the memory or the cold start of one.
  return rows.map((row) => ({ ...row, peakMemoryMB: null, compileMilliseconds: null }));
}

function print(rows) {
  for (const workload of new Set(rows.map((row) => row.workload))) {
    console.log(
      `\n${tableOf(
        workload,
        rows.filter((row) => row.workload === workload),
      )}`,
    );
  }
}

async function measureAll() {
  const wanted = workloads.filter(({ name }) => isWanted(name));
  const isProduct = ({ kind }) => kind === "product";
  const groups = [...wanted.filter((each) => !isProduct(each)).map((each) => [each])];
  if (wanted.some(isProduct)) groups.push(wanted.filter(isProduct));
  const rows = [];
  for (const group of groups) {
    console.log(`\n${group.map(({ name }) => name).join(", ")} ...`);
    const measured = await measure(group);
    print(measured);
    rows.push(...measured);
  }
  if (!isWanted(EPOCH)) return { rows, ratios: ratiosOf(rows) };
  console.log(`\n${EPOCH} ...`);
  const epoch = await measureEpoch({ python: options.python, rounds: options.quick ? 1 : 3 });
  print(epoch);
  const ratios = epochRatios(epoch).map((ratio) => ({ workload: EPOCH, ...ratio }));
  return { rows: [...rows, ...epoch], ratios: [...ratiosOf(rows), ...ratios] };
}

const start = performance.now();
const machine = {
  processor: cpus()[0]?.model ?? "unknown",
  processors: cpus().length,
  memoryGB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
};
console.log(
  `${machine.processor}, ${machine.processors} processors, ${machine.memoryGB} GB, Node ${machine.node}`,
);
let results;
try {
  results = await measureAll();
} finally {
  limits.end();
  rmSync(folder, { recursive: true });
}
const { rows, ratios } = results;
const mean = geometricMean(ratios);
const requirements = requirementsOf(rows, ratios);
machine.limits = limits.medians;
console.log(`\nLimits of the machine\n${limitsTable(machine.limits)}`);
console.log(`\nRatios\n${ratiosTable(ratios, mean)}`);
console.log(`\nRequirements\n${requirementsTable(requirements)}`);
console.log(`\n${((performance.now() - start) / 60_000).toFixed(1)} minutes`);
if (requirements.some(({ met }) => met === false)) process.exitCode = 1;

if (options.json) {
  const record = {
    date: new Date().toISOString(),
    machine,
    rows,
    ratios,
    geometricMean: mean,
    requirements,
  };
  writeFileSync(options.json, `${JSON.stringify(record, null, 2)}\n`);
}
if (options.svg) {
  try {
    writeFileSync(options.svg, await chartOf(rows, machine));
  } catch (error) {
    console.log(`The chart is not drawn: ${error.message}`);
  }
}
