import type { MachineLimits } from "@versant/core";
import { samplesOf } from "../experiment/part.js";
import type { Run } from "../experiment/run.js";
import { formatCount, formatScore, formatScores, row } from "./format.js";
import { originLines } from "./origin.js";
import type { Report } from "./report.js";

/** What is about to run, a line each. */
export function outline(
  { experiment, device, parameters, setup, values, seed, origin }: Run,
  name?: string,
): string[] {
  const { train, validation, test } = setup.data;
  const parts = Object.entries({ training: train, validation, test }).flatMap(([name, part]) =>
    part ? [`${describeCount(samplesOf(part))} ${name}`] : [],
  );
  const rows = {
    ...(name !== undefined && { run: name }),
    device: `${device.name}: ${device.description} (arithmetic ${device.arithmetic})`,
    network: `${formatCount(parameters)} parameters${frozenPart(setup)}`,
    data: `${parts.join(", ")} samples`,
    "hyper-parameters": Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join(", "),
    seed: String(seed),
  };
  const beginning = origin ? originLines(origin) : [];
  const title = experiment.about ? `${experiment.name}: ${experiment.about}` : experiment.name;
  return [title, ...Object.entries(rows).map(([name, text]) => row(name, text)), ...beginning];
}

/** How many of the parameters are not trained, if some are. */
function frozenPart({ model }: Run["setup"]): string {
  const frozen = model.parameters().filter(({ requiresGrad }) => !requiresGrad);
  const size = frozen.reduce((sum, { size }) => sum + size, 0);
  return size === 0 ? "" : `, ${formatCount(size)} of them frozen`;
}

const describeCount = (samples: number | undefined): string =>
  samples === undefined ? "streamed" : formatCount(samples);

/** What came of it, a line each. */
export function conclusion(report: Report, findings: readonly string[]): string[] {
  const { test, stopped, interrupted, seconds, peakMemoryMB, weightsSha256 } = report;
  const { millisecondsPerPrediction: prediction, latencyMilliseconds: latency } = report;
  return [
    ...(stopped && !interrupted ? [row("stopped", stopped)] : []),
    ...(test ? [row("test", formatScores(test))] : []),
    ...findings,
    ...(prediction === undefined || latency === undefined
      ? []
      : [
          row(
            "prediction",
            `${formatScore(prediction)} ms a sample in batches, ${formatScore(latency)} ms alone`,
          ),
        ]),
    row("time", `${seconds.toFixed(1)} s, peak memory ${Math.round(peakMemoryMB)} MB`),
    row("weights", `SHA-256 ${weightsSha256}`),
  ];
}

/** What the machine can do at best. */
export const limitsLine = ({ operationsPerSecond, bytesPerSecond }: MachineLimits): string =>
  row(
    "limits",
    `${(operationsPerSecond / 1e9).toFixed(0)} GFLOP/s of multiply-adds, ` +
      `${(bytesPerSecond / 1e9).toFixed(1)} GB/s of memory, measured just now`,
  );
