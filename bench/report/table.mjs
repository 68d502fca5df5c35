import { isPyTorch, labelOf } from "../measure/systems.mjs";

const time = (microseconds) => {
  if (microseconds < 1000) return `${microseconds.toFixed(1)} µs`;
  if (microseconds < 1e6) return `${(microseconds / 1000).toFixed(2)} ms`;
  return `${(microseconds / 1e6).toFixed(2)} s`;
};
const megabytes = (value) => `${value.toFixed(0)} MB`;
const milliseconds = (value) => `${value.toFixed(0)} ms`;
const gigaflops = (value) => `${value.toFixed(value < 10 ? 2 : 0)} GFLOP/s`;
const percent = (value) => `${(100 * value).toFixed(0)} %`;
const times = (value) => `${value.toFixed(2)} x`;

const columns = [
  ["median", "medianMicroseconds", time],
  ["/ PyTorch", "ofPyTorch", times],
  ["memory", "peakMemoryMB", megabytes],
  ["compile", "compileMilliseconds", milliseconds],
  ["first step +", "firstExtraMilliseconds", milliseconds],
  ["arithmetic", "gigaflops", gigaflops],
  ["of peak", "ofPeak", percent],
  ["of roofline", "ofRoofline", percent],
];

/** The rows of one workload as lines, each with its ratio to the fastest of PyTorch's. */
export function tableOf(workload, rows) {
  const fastest = Math.min(...rows.filter(isPyTorch).map((row) => row.medianMicroseconds));
  const line = (first, cells) =>
    `  ${first.padEnd(38)}${cells.map((cell) => cell.padStart(13)).join("")}`.trimEnd();
  const used = columns.filter(([, key]) =>
    key === "ofPyTorch" ? fastest < Infinity : rows.some((row) => row[key] != null),
  );
  const cellsOf = (row) => {
    const values = { ...row, ofPyTorch: fastest / row.medianMicroseconds };
    return used.map(([, key, format]) => (values[key] == null ? "" : format(values[key])));
  };
  const heading = line(
    workload,
    used.map(([title]) => title),
  ).slice(2);
  return [heading, ...rows.map((row) => line(labelOf(row), cellsOf(row)))].join("\n");
}

/** @param {Record<string, { operationsPerSecond: number, bytesPerSecond: number }>} limits */
export function limitsTable(limits) {
  const lines = Object.entries(limits).map(
    ([label, { operationsPerSecond, bytesPerSecond }]) =>
      `  ${label.padEnd(38)}${(operationsPerSecond / 1e9).toFixed(1).padStart(8)} GFLOP/s of multiply-adds` +
      `${(bytesPerSecond / 1e9).toFixed(1).padStart(8)} GB/s of memory`,
  );
  return lines.join("\n") || "  unknown";
}

/** The ratios one below the other: what a run amounts to. */
export function ratiosTable(ratios, mean) {
  const lines = ratios.map(
    ({ workload, device, against, ratio }) =>
      `  ${workload.padEnd(24)}${device.padEnd(18)}${times(ratio).padStart(10)} as fast as ${against}`,
  );
  if (mean !== null) {
    lines.push(`  geometric mean of the ten training workloads, native: ${times(mean)}`);
  }
  return lines.join("\n");
}

export function requirementsTable(requirements) {
  const lines = requirements.map(({ name, required, reached, met }) => {
    const verdict = met === null ? "" : met ? "met" : "NOT met";
    return `  ${name.padEnd(64)}${required.padEnd(22)}${reached.padEnd(34)}${verdict}`.trimEnd();
  });
  return lines.join("\n");
}
