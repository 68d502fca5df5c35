// Everything that is measured: how each system is started.

import { fileURLToPath } from "node:url";

const peer = (name) => fileURLToPath(new URL(`../peers/${name}`, import.meta.url));

const versant = (device, threads) => ({
  system: `Versant ${device}`,
  threads,
  command: [process.execPath, peer("versant.mjs")],
  environment: { VERSANT_DEVICE: device, VERSANT_THREADS: String(threads) },
});

const pytorch = (python, threads, ...options) => ({
  system: ["PyTorch", ...options].join(" "),
  threads,
  command: [python, "-B", peer("pytorch.py"), String(threads), ...options],
  // Its own threads, and those of the library that multiplies for it.
  environment: { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
});

const javascript = (system, file, ...options) => ({
  system,
  threads: 1,
  command: [process.execPath, peer(file), ...options],
});

/** "PyTorch, 2 threads" */
export const labelOf = ({ system, threads }) =>
  `${system}, ${threads} thread${threads > 1 ? "s" : ""}`;

/** Those that count as PyTorch: with sparse gradients, too, and in all ways to write a program. */
export const isPyTorch = ({ system }) => system.startsWith("PyTorch");

/** Those that wasm is compared with; the plain JavaScript of TensorFlow.js is much slower. */
export const isJavaScriptPeer = ({ system }) =>
  system === "TensorFlow.js wasm" || system === "jax-js";

/**
 * @param {string} python
 * @param {string[]} wanted parts of names; none means all
 */
export function systemsOf(python, wanted) {
  const all = [
    versant("native", 1),
    versant("native", 2),
    versant("wasm", 1),
    versant("wasm", 2),
    javascript("Versant Chromium", "chromium.mjs"),
    pytorch(python, 1),
    pytorch(python, 2),
    pytorch(python, 1, "sparse"),
    pytorch(python, 2, "sparse"),
    javascript("TensorFlow.js wasm", "tensorflow.mjs", "wasm"),
    javascript("TensorFlow.js cpu", "tensorflow.mjs", "cpu"),
    javascript("jax-js", "jax.mjs"),
  ];
  const isWanted = (each) =>
    wanted.some((part) => labelOf(each).toLowerCase().includes(part.toLowerCase()));
  return wanted.length === 0 ? all : all.filter(isWanted);
}

/**
 * Which systems take part in a workload: sparse gradients are for embeddings; browsers and plain
 * JavaScript have nothing to say about single products that a whole step does not.
 */
export function takesPart({ system }, { kind, layers }) {
  if (system === "PyTorch sparse") return layers.some(({ type }) => type === "embeddingBag");
  if (kind === "product") return !["Versant Chromium", "TensorFlow.js cpu"].includes(system);
  return true;
}
