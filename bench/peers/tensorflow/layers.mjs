import * as tf from "@tensorflow/tfjs-core";
import { transposed } from "../javascript/workload.mjs";

const variable = ({ data, shape }, trainable = true) =>
  tf.variable(tf.tensor(data, shape), trainable);

/** x W + b over the last axis, with tf.layers' layout and its fused product. */
function dense(weight, bias, activation) {
  const [w, b] = [variable(transposed(weight)), variable(bias)];
  const [inputs, outputs] = w.shape;
  return (x) => {
    const y = tf.fused.matMul({ a: tf.reshape(x, [-1, inputs]), b: w, bias: b, activation });
    return tf.reshape(y, [...x.shape.slice(0, -1), outputs]);
  };
}

function layerNorm(weight, bias) {
  const [w, b] = [variable(weight), variable(bias)];
  return (x) => {
    const { mean, variance } = tf.moments(x, -1, true);
    const scale = tf.rsqrt(tf.add(variance, 1e-5));
    return tf.add(tf.mul(tf.mul(tf.sub(x, mean), scale), w), b);
  };
}

/** -1e9 where a position would see a later one. */
function causalMask(length) {
  const later = (index) => index % length > Math.floor(index / length);
  const data = Float32Array.from({ length: length * length }, (_, i) => (later(i) ? -1e9 : 0));
  return tf.keep(tf.tensor(data, [length, length]));
}

function attention({ features, heads, causal }, next) {
  const project = dense(next(), next());
  const output = dense(next(), next());
  let mask;
  return (x) => {
    const [batch, time] = x.shape;
    const split = (part) =>
      tf.transpose(tf.reshape(part, [batch, time, heads, features / heads]), [0, 2, 1, 3]);
    const [q, k, v] = tf.split(project(x), 3, -1).map(split);
    const scores = tf.mul(tf.matMul(q, k, false, true), Math.sqrt(heads / features));
    if (causal) mask ??= causalMask(time);
    const weights = tf.softmax(mask ? tf.add(scores, mask) : scores);
    const mixed = tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]);
    return output(tf.reshape(mixed, [batch, time, features]));
  };
}

/** The gradient of a table of which the rows at the given indices were read. */
function scattered(rows, indices, shape) {
  const [, features] = shape;
  return tf.scatterND(tf.reshape(indices, [-1, 1]), tf.reshape(rows, [-1, features]), shape);
}

/** tf.gather, the own gradient of which needs a kernel that the wasm backend lacks. */
const rowsAt = tf.customGrad((table, indices, save) => {
  save([indices]);
  const gradFunc = (dy, [indices]) => [scattered(dy, indices, table.shape), tf.zerosLike(indices)];
  return { value: tf.gather(table, indices), gradFunc };
});

/** The mean row of each bag, which TensorFlow.js has without a gradient. */
const bagMeans = tf.customGrad((table, indices, bags, factors, save) => {
  save([indices, bags, factors]);
  const gradFunc = (dy, [indices, bags, factors]) => {
    const rows = tf.mul(tf.gather(dy, bags), factors);
    return [
      scattered(rows, indices, table.shape),
      ...[indices, bags, factors].map((tensor) => tf.zerosLike(tensor)),
    ];
  };
  return { value: tf.sparse.sparseSegmentMean(table, indices, bags), gradFunc };
});

/** (channels, height, width) to (height, width, channels), TensorFlow.js's layout, of each row. */
export function channelsLast({ shape: [rows, channels, ...sizes], data }) {
  const area = sizes.reduce((product, size) => product * size, 1);
  const size = channels * area;
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const image = { shape: [channels, area], data: data.subarray(row * size, (row + 1) * size) };
    result.set(transposed(image).data, row * size);
  }
  return { shape: [rows, ...sizes, channels], data: result };
}

/** (outputs, inputs, height, width) to TensorFlow's (height, width, inputs, outputs). */
function filterOf({ shape: [outputs, inputs, height, width], data }) {
  const { data: last } = transposed({ shape: [outputs, inputs * height * width], data });
  const filter = channelsLast({ shape: [1, inputs, height * width * outputs], data: last });
  const { data: inner } = channelsLast({
    shape: [height * width, outputs, inputs],
    data: filter.data,
  });
  return { shape: [height, width, inputs, outputs], data: inner };
}

/**
 * For each type of layer, what takes its description and `next`, the next array of parameters, and
 * gives the function of the forward pass. `layer.activation` is that of a "relu" right behind it,
 * which tf.layers fuses too.
 */
export const layers = {
  linear: ({ activation, channels }, next) => {
    const weight = next();
    const [outputs, inputs] = weight.shape;
    const shape = [outputs, channels, inputs / channels];
    const data = channels ? channelsLast({ shape, data: weight.data }).data : weight.data;
    return dense({ shape: weight.shape, data }, next(), activation);
  },
  relu: () => (x) => tf.relu(x),
  flatten: () => (x) => tf.reshape(x, [x.shape[0], -1]),
  maxPool:
    ({ size }) =>
    (x) =>
      tf.maxPool(x, size, size, "valid"),
  globalAveragePool: () => (x) => tf.mean(x, [1, 2]),
  conv: ({ padding, activation }, next) => {
    const [filter, bias] = [variable(filterOf(next())), variable(next())];
    return (x) => tf.fused.conv2d({ x, filter, strides: 1, pad: padding, bias, activation });
  },
  batchNorm: ({ channels }, next) => {
    const [scale, offset] = [variable(next()), variable(next())];
    const runningMean = tf.variable(tf.zeros([channels]), false);
    const runningVariance = tf.variable(tf.ones([channels]), false);
    const move = (running, value) =>
      running.assign(tf.add(tf.mul(running, 0.9), tf.mul(value, 0.1)));
    return (x) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      const count = x.size / channels;
      move(runningMean, mean);
      move(runningVariance, tf.mul(variance, count / (count - 1)));
      return tf.batchNorm(x, mean, variance, offset, scale, 1e-5);
    };
  },
  layerNorm: (_, next) => layerNorm(next(), next()),
  transformerLayer: (layer, next) => {
    const attend = attention(layer, next);
    const hidden = dense(next(), next(), "relu");
    const output = dense(next(), next());
    const norms = [layerNorm(next(), next()), layerNorm(next(), next())];
    return (x) => {
      const attended = norms[0](tf.add(x, attend(x)));
      return norms[1](tf.add(attended, output(hidden(attended))));
    };
  },
  /** Gives the list of hidden states, of which `last` takes one. */
  lstm: ({ hidden }, next) => {
    const fromInput = variable(transposed(next()));
    const fromState = variable(transposed(next()));
    const [inputBias, stateBias] = [variable(next()), variable(next())];
    return (x) => {
      const [batch, time, inputs] = x.shape;
      const bias = tf.add(inputBias, stateBias);
      const flat = tf.reshape(x, [batch * time, inputs]);
      const projected = tf.add(tf.matMul(flat, fromInput), bias);
      let [h, c] = [tf.zeros([batch, hidden]), tf.zeros([batch, hidden])];
      return tf.unstack(tf.reshape(projected, [batch, time, 4 * hidden]), 1).map((part) => {
        const [i, f, g, o] = tf.split(tf.add(part, tf.matMul(h, fromState)), 4, -1);
        c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
        h = tf.mul(tf.sigmoid(o), tf.tanh(c));
        return h;
      });
    };
  },
  last: () => (states) => states.at(-1),
  embeddingBag: (_, next) => {
    const table = variable(next());
    return ({ indices, bags, factors }) => bagMeans(table, indices, bags, factors);
  },
  tokens: (_, next) => {
    const [tokens, positions] = [variable(next()), variable(next())];
    return (x) => tf.add(rowsAt(tokens, x), tf.slice(positions, [0, 0], [x.shape[1], -1]));
  },
};
