// One step of a workload in Versant. Runs in Node and in browsers: who calls reads the numbers.

import { compile, loss, noGradient, optim, tensor } from "versant";
import { measured } from "../javascript/measure.mjs";
import { modelOf } from "./model.mjs";

const optimizers = { sgd: optim.SGD, adam: optim.Adam, adamW: optim.AdamW };

/** Cross-entropy of whole sequences is that of all their positions. */
const losses = {
  mse: loss.mse,
  crossEntropy: (scores, labels) =>
    loss.crossEntropy(scores.reshape([-1, scores.shape.at(-1)]), labels.reshape([-1])),
};

function trainingStep(model, { loss: name, optimizer: method, learningRate }) {
  const optimizer = new optimizers[method](model.parameters(), { learningRate });
  return compile((...batch) => {
    const labels = batch.pop();
    const cost = losses[name](model.forward(...batch), labels);
    cost.backward();
    optimizer.step();
    return cost;
  });
}

function inferenceStep(model) {
  model.eval();
  return compile((x) => noGradient(() => model.forward(x)));
}

const productStep = ({ transposeA, transposeB }) =>
  compile((a, b) => (transposeA ? a.transpose() : a).matmul(transposeB ? b.transpose() : b));

const arrayTypes = { float32: Float32Array, int32: Int32Array };
const lengthOf = (shape) => shape.reduce((product, size) => product * size, 1);

/**
 * @param {object} description of a workload, as workloads/write.mjs writes it
 * @param {(bytes: Uint8Array, offset: number) => void} read fills `bytes` from the binary file
 * @returns {(steps: number) => { median: number, losses: number[], firstMs?: number }} runs steps
 */
export function loadWorkload({ kind, layers, parameters, arrays, ...description }, read) {
  const valuesOf = ({ shape, dtype = "float32", offset }) => {
    const values = new arrayTypes[dtype](lengthOf(shape));
    read(new Uint8Array(values.buffer), offset);
    return values;
  };
  const waiting = parameters.values();
  const take = () => valuesOf(waiting.next().value);
  const steps = {
    training: () => trainingStep(modelOf(layers, take), description),
    inference: () => inferenceStep(modelOf(layers, take)),
    product: () => productStep(description.product),
  };
  const step = steps[kind]();
  const batches = Array.from({ length: description.batches }, () => []);
  for (const each of arrays) {
    batches[each.batch].push(tensor(valuesOf(each), { shape: each.shape }));
  }
  // A step has ended when its result is in the host's memory.
  const finish = kind === "training" ? (cost) => cost.itemSync() : (output) => output.dataSync();
  return measured(
    (batch) => finish(step(...batch)),
    batches,
    () => step.compileMilliseconds,
  );
}
