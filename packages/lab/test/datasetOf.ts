import { type Dataset, isLoader } from "@versant/core";
import type { Part } from "../src/index.js";

/** A part of an experiment's data that is known to be reached by index. */
export function datasetOf(part: Part | undefined): Dataset {
  if (!part || isLoader(part)) throw new Error("expected a dataset");
  return part;
}
