import type { LandscapeRecord } from "../ledger/landscapeEvent.js";
import { formatCount, formatScore, printable, row } from "./format.js";

/** What `versant landscape` prints of what it recorded. */
export function describeLandscape(run: string, record: LandscapeRecord): string[] {
  const { directions, part, looked, samples, grid, seconds, explained } = record;
  const kind =
    directions === "random"
      ? `random directions, seed ${record.seed}`
      : `directions of the path: ${(explained ?? []).map(percent).join(" and ")} of its variance`;
  const [x, y] = record.curvature;
  return [
    row("landscape", `${run}: ${kind}`),
    row("places", `${grid} x ${grid}, in ${formatScore(seconds)} s`),
    row("samples", `${formatCount(looked)} of ${formatCount(samples)} (${part})`),
    row("loss", `${score(record.loss)} at the weights`),
    row("around", `${score(record.lowest)} to ${score(record.highest)}`),
    row("curvature", `${score(x)} and ${score(y)} along the axes`),
  ].map(printable);
}

const score = (value: number | null): string => (value === null ? "not finite" : formatScore(value));

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
