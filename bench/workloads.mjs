/**
 * The networks of the two projects with given weights and batches, so that every peer does the same
 * work: as plain numbers, because they travel to child processes as JSON.
 */

/** Numbers in [0, 1) that every run repeats (Steele and Vigna's 32-bit mulberry mixing). */
function stream(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BATCHES = 8;
const BATCH_SIZE = 64;

function workload({ name, sizes, loss, optimizer, learningRate, sample }) {
  const next = stream(42);
  const numbers = (length, of) => Array.from({ length }, of);
  // PyTorch's default: uniform in +-1/sqrt(inputs), for weights and biases.
  const layers = sizes.slice(1).map((outputs, index) => {
    const inputs = sizes[index];
    const initial = () => Math.fround((2 * next() - 1) / Math.sqrt(inputs));
    return {
      inputs,
      outputs,
      weight: numbers(inputs * outputs, initial),
      bias: numbers(outputs, initial),
    };
  });
  const batches = numbers(BATCHES, () => {
    const samples = numbers(BATCH_SIZE, () => sample(next));
    return { x: samples.flatMap(({ x }) => x), y: samples.map(({ y }) => y) };
  });
  return { name, batchSize: BATCH_SIZE, layers, batches, loss, optimizer, learningRate };
}

/** 2-16-16-16-1, SGD, mean squared error: sums of two integers, scaled. */
export const calculator = workload({
  name: "calculator",
  sizes: [2, 16, 16, 16, 1],
  loss: "mse",
  optimizer: "sgd",
  learningRate: 0.1,
  sample: (next) => {
    const [a, b] = [Math.floor(next() * 101), Math.floor(next() * 101)];
    return { x: [Math.fround(a / 100), Math.fround(b / 100)], y: Math.fround((a + b) / 200) };
  },
});

/** 784-40x5-10, Adam, cross-entropy: pixels in [-1, 1]; what they show does not change the time. */
export const digits = workload({
  name: "digits",
  sizes: [784, 40, 40, 40, 40, 40, 10],
  loss: "crossEntropy",
  optimizer: "adam",
  learningRate: 1e-4,
  sample: (next) => ({
    x: Array.from({ length: 784 }, () => Math.fround(Math.floor(next() * 256) / 127.5 - 1)),
    y: Math.floor(next() * 10),
  }),
});
