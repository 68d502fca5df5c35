import type { Dataset } from "@versant/core";
import { type Part, StreamLoader } from "../src/index.js";

/** A part of an experiment's data that is known to be reached by index. */
export function datasetOf(part: Part | undefined): Dataset {
  if (!part || part instanceof StreamLoader) throw new Error("expected a dataset");
  return part;
}
