// TensorFlow.js: `node tensorflow.mjs wasm | cpu`. Layouts are TensorFlow's own, and what tf.layers
// fuses is fused; conversions, one-hot targets and bags are prepared outside of the timing.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers"; // Registers the gradients.
import { measured } from "./javascript/measure.mjs";
import { serve } from "./javascript/serve.mjs";
import { readWorkload } from "./javascript/workload.mjs";
import { channelsLast, layers } from "./tensorflow/layers.mjs";

const backends = {
  cpu: () => import("@tensorflow/tfjs-backend-cpu"),
  wasm: async () => {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    const require = createRequire(import.meta.url);
    setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/"));
  },
};

const losses = {
  mse: tf.losses.meanSquaredError,
  crossEntropy: tf.losses.softmaxCrossEntropy,
};

const optimizers = {
  sgd: ({ learningRate }) => tf.train.sgd(learningRate),
  adam: ({ learningRate }) => tf.train.adam(learningRate, 0.9, 0.999, 1e-8),
  adamW: ({ learningRate, weightDecay = 0.01 }) => {
    const adam = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
    return {
      minimize(cost) {
        const { value, grads } = tf.variableGrads(cost);
        for (const name of Object.keys(grads)) {
          const variable = tf.engine().registeredVariables[name];
          variable.assign(tf.mul(variable, 1 - learningRate * weightDecay));
        }
        adam.applyGradients(grads);
        return value;
      },
    };
  },
};

/**
 * The layers as tf.layers has them: a "relu" is the activation of the layer before it, and a linear
 * layer behind "flatten" knows how many channels its inputs have.
 */
function merged(descriptions) {
  const result = [];
  for (const layer of descriptions) {
    const before = result.at(-1);
    const fuses = layer.type === "relu" && ["linear", "conv"].includes(before?.type);
    const channels = result.findLast(({ type }) => type === "conv")?.outputs;
    if (fuses) before.activation = "relu";
    else result.push(before?.type === "flatten" ? { ...layer, channels } : { ...layer });
  }
  return result;
}

function modelOf({ layers: descriptions, parameters }) {
  const waiting = parameters.values();
  const next = () => waiting.next().value;
  const functions = merged(descriptions).map((layer) => layers[layer.type](layer, next));
  return (x) => functions.reduce((value, forward) => forward(value), x);
}

const tensorOf = ({ data, shape }, dtype) => tf.tensor(data, shape, dtype);

/** What each text's mean is made of, without the indices behind the last offset. */
function bagsOf(x, offsets) {
  const count = offsets.data.at(-1);
  const bags = new Int32Array(count);
  const factors = new Float32Array(count);
  for (let bag = 0; bag + 1 < offsets.data.length; bag++) {
    const [start, end] = offsets.data.subarray(bag, bag + 2);
    bags.fill(bag, start, end);
    factors.fill(1 / (end - start), start, end);
  }
  return {
    indices: tf.tensor1d(x.data.subarray(0, count), "int32"),
    bags: tf.tensor1d(bags, "int32"),
    factors: tf.tensor2d(factors, [count, 1]),
  };
}

function inputOf({ x, offsets }) {
  if (offsets) return bagsOf(x, offsets);
  if (x.shape.length === 4) return tensorOf(channelsLast(x));
  return tensorOf(x, x.data instanceof Int32Array ? "int32" : "float32");
}

function targetOf(y, { loss, layers }) {
  if (loss !== "crossEntropy") return tensorOf(y);
  return tf.oneHot(tensorOf(y, "int32"), layers.at(-1).outputs);
}

/** For each kind of workload, its step, and what makes a batch the step's input. */
const kinds = {
  training: (workload) => {
    const model = modelOf(workload);
    const optimizer = optimizers[workload.optimizer](workload);
    const loss = losses[workload.loss];
    return {
      prepare: (batch) => ({ x: inputOf(batch), y: targetOf(batch.y, workload) }),
      step: ({ x, y }) => optimizer.minimize(() => loss(y, model(x)), true),
    };
  },
  inference: (workload) => ({ prepare: inputOf, step: modelOf(workload) }),
  product: ({ product: { transposeA, transposeB } }) => ({
    prepare: ({ x, y }) => ({ x: tensorOf(x), y: tensorOf(y) }),
    step: ({ x, y }) => tf.matMul(x, y, transposeA, transposeB),
  }),
};

/** A loss as a number, outputs as numbers. */
function readBack(tensor) {
  const values = tensor.dataSync();
  tensor.dispose();
  return tensor.rank === 0 ? values[0] : values;
}

const [, , backend] = process.argv;
tf.enableProdMode();
await backends[backend]();
await tf.setBackend(backend);
let run;
await serve({
  async load(path) {
    const { batches, ...workload } = await readWorkload(path);
    const { prepare, step } = kinds[workload.kind](workload);
    run = measured((batch) => readBack(tf.tidy(() => step(batch))), batches.map(prepare));
  },
  steps: (count) => run(count),
});
