import type { LandscapeRecord } from "../ledger/landscapeEvent.js";
import { formatCount, formatScore, row } from "./format.js";

/** What was measured around a run's weights. */
export function landscapeLines(record: LandscapeRecord): string[] {
  const { directions, seed, part, looked, samples, grid, seconds, explained } = record;
  const kind =
    directions === "random"
      ? `random, filter-normalised, seed ${seed}`
      : `of the path, with ${(explained ?? []).map(percent).join(" and ")} of its variance`;
  const [x, y] = record.curvature;
  return [
    row("directions", kind),
    row("places", `${grid} x ${grid}, in ${formatScore(seconds)} s`),
    row("samples", `${formatCount(looked)} of ${formatCount(samples)} (${part})`),
    row(
      "loss",
      `${score(record.loss)}; around ${score(record.lowest)} to ${score(record.highest)}`,
    ),
    row("curvature", `${score(x)} and ${score(y)} along the directions`),
  ];
}

const score = (value: number | null): string =>
  value === null ? "not finite" : formatScore(value);

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
