import { denseWorkloads } from "./dense.mjs";
import { cnn, deepCnn } from "./images.mjs";
import { inferenceWorkloads } from "./inference.mjs";
import { productWorkloads } from "./products.mjs";
import { sequenceWorkloads } from "./sequences.mjs";

/**
 * All workloads in the order of the report: descriptions in plain data, but for `batch`, which draws
 * one batch. `trainingWorkloads` are the ten of the geometric mean.
 */
export const trainingWorkloads = [...denseWorkloads, cnn, deepCnn, ...sequenceWorkloads];
export const workloads = [...trainingWorkloads, ...inferenceWorkloads, ...productWorkloads];
