// jax-js on its wasm backend, with one jitted function a step. It has threads where the engine has
// Workers as browsers do; Node has not.

import { init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { measured } from "./javascript/measure.mjs";
import { serve } from "./javascript/serve.mjs";
import { readWorkload } from "./javascript/workload.mjs";
import { layers } from "./jax/layers.mjs";
import { optimizers } from "./jax/optimizers.mjs";

const losses = {
  mse: (output, y) => np.square(output.sub(y)).mean(),
  crossEntropy: (scores, y) => nn.logSoftmax(scores, -1).mul(y).sum(-1).mean().neg(),
};

const arrayOf = ({ data, shape }) => np.array(data).reshape(shape);

/** The output, and the running statistics of batch normalisation after this batch. */
function forwardOf({ layers: descriptions }) {
  return (parameters, x, statistics = []) => {
    const waiting = parameters.values();
    const next = () => waiting.next().value;
    const before = statistics.values();
    const after = [];
    const move = (values) => {
      for (const value of values) after.push(before.next().value.mul(0.9).add(value.mul(0.1)));
    };
    const apply = (value, layer) => layers[layer.type](value, layer, next, { move });
    return [descriptions.reduce(apply, x), after];
  };
}

/** Means 0 and variances 1. */
const statisticsOf = ({ layers }) =>
  layers
    .filter(({ type }) => type === "batchNorm")
    .flatMap(({ channels }) => [np.zeros([channels]), np.ones([channels])]);

/** Texts as rows of indices with weights: as long as the longest of all batches, for one shape. */
function bagsOf({ x, offsets }, length) {
  const bags = offsets.data.length - 1;
  const indices = new Int32Array(bags * length);
  const weights = new Float32Array(bags * length);
  for (let bag = 0; bag < bags; bag++) {
    const [start, end] = offsets.data.subarray(bag, bag + 2);
    indices.set(x.data.subarray(start, end), bag * length);
    weights.fill(1 / (end - start), bag * length, bag * length + end - start);
  }
  const shape = [bags, length];
  return {
    indices: arrayOf({ data: indices, shape }),
    weights: arrayOf({ data: weights, shape }),
  };
}

function inputsOf(batches) {
  if (!batches[0].offsets) return batches.map(({ x }) => arrayOf(x));
  const lengths = batches.flatMap(({ offsets: { data } }) =>
    Array.from(data.subarray(1), (end, bag) => end - data[bag]),
  );
  return batches.map((batch) => bagsOf(batch, Math.max(...lengths)));
}

function targetOf(y, { loss, layers }) {
  return loss === "crossEntropy" ? nn.oneHot(arrayOf(y), layers.at(-1).outputs) : arrayOf(y);
}

/** For each kind of workload, its step, and what makes the batches the step's inputs. */
const kinds = {
  training(workload) {
    const forward = forwardOf(workload);
    const loss = losses[workload.loss];
    const optimizer = optimizers[workload.optimizer](workload);
    const cost = (parameters, statistics, x, y) => {
      const [output, moved] = forward(parameters, x, statistics);
      return [loss(output, y), moved];
    };
    const costAndGradients = valueAndGrad(cost, { hasAux: true });
    const update = jit((parameters, statistics, state, x, y) => {
      const before = tree.ref(parameters);
      const [[cost, moved], gradients] = costAndGradients(before, statistics, x, y);
      const [updated, newState] = optimizer.update(parameters, gradients, state);
      return [cost, updated, moved, newState];
    });
    let parameters = workload.parameters.map(arrayOf);
    let statistics = statisticsOf(workload);
    let state = optimizer.start(parameters);
    return {
      prepare: (batches) => {
        const xs = inputsOf(batches);
        return batches.map(({ y }, index) => ({ x: xs[index], y: targetOf(y, workload) }));
      },
      step: ({ x, y }) => {
        let cost;
        [cost, parameters, statistics, state] = update(
          parameters,
          statistics,
          state,
          tree.ref(x),
          y.ref,
        );
        return cost.item();
      },
    };
  },
  inference(workload) {
    const forward = forwardOf(workload);
    const output = jit((parameters, x) => forward(parameters, x)[0]);
    const parameters = workload.parameters.map(arrayOf);
    return { prepare: inputsOf, step: (x) => output(tree.ref(parameters), x.ref).dataSync() };
  },
  product({ product: { transposeA, transposeB } }) {
    const oriented = (matrix, transpose) => (transpose ? np.matrixTranspose(matrix) : matrix);
    const multiply = jit((a, b) => np.matmul(oriented(a, transposeA), oriented(b, transposeB)));
    return {
      prepare: (batches) => batches.map(({ x, y }) => ({ a: arrayOf(x), b: arrayOf(y) })),
      step: ({ a, b }) => multiply(a.ref, b.ref).dataSync(),
    };
  },
};

await init("wasm");
let run;
await serve({
  async load(path) {
    const { batches, ...workload } = await readWorkload(path);
    const { prepare, step } = kinds[workload.kind](workload);
    run = measured(step, prepare(batches));
  },
  steps: (count) => run(count),
});
