import type { Curve, SeriesAnswer } from "versant/studio-api";
import type { StepRange } from "../charts/curves.js";
import { get } from "./client.js";

/** Curves of a run between two steps, as finely as a chart can show them. */
export async function curvesBetween(
  run: string,
  names: readonly string[],
  range: StepRange,
  signal: AbortSignal,
): Promise<Readonly<Record<string, Curve>>> {
  const query = { names: names.join(","), ...range, points: 1000 };
  const path = `/api/runs/${encodeURIComponent(run)}/series`;
  return (await get<SeriesAnswer>(path, query, signal)).series;
}
