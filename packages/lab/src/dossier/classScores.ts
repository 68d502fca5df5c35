import type { Interval } from "../evaluation/wilson.js";
import { intervalOf } from "./interval.js";

/** How good a model is for one class. */
export interface ClassRow {
  readonly name: string;
  readonly precision: number | undefined;
  readonly recall: number;
  readonly f1: number | undefined;
  /** Samples with this label. */
  readonly support: number | undefined;
  /** Of the recall, where its samples are known. */
  readonly interval: Interval | undefined;
}

/** An inspection may hold a report inside of what it measured, but not deeper. */
const depth = 3;

/** The first list of classes in what an experiment found in its model, such as a report's `perClass`. */
export function classScoresOf(inspection: unknown, level = 0): ClassRow[] {
  if (typeof inspection !== "object" || inspection === null || level > depth) return [];
  if (Array.isArray(inspection)) {
    const rows = inspection.map(rowOf);
    const found = rows.filter((row) => row !== undefined);
    return found.length === rows.length ? found : [];
  }
  for (const value of Object.values(inspection)) {
    const rows = classScoresOf(value, level + 1);
    if (rows.length > 0) return rows;
  }
  return [];
}

function rowOf(value: unknown): ClassRow | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { name, precision, recall, f1, support } = value as Record<string, unknown>;
  if (typeof name !== "string" || typeof recall !== "number") return undefined;
  const samples = numberOf(support);
  return {
    name,
    precision: numberOf(precision),
    recall,
    f1: numberOf(f1),
    support: samples,
    // The recall of a class is the accuracy on its samples.
    interval: samples === undefined ? undefined : intervalOf("accuracy", recall, samples),
  };
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" ? value : undefined;
