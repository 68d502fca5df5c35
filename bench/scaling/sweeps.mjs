/**
 * What grows, one thing at a time, and the arithmetic that it asks for. Steps train a perceptron of
 * `depth` layers, `width` wide from its inputs to its outputs, on mean squared error with Adam.
 */

const powersOfTwo = (from, to) =>
  Array.from({ length: Math.log2(to / from) + 1 }, (_, exponent) => from * 2 ** exponent);

/** Operations of Adam for one parameter: two running means, their corrections, the step. */
const adam = 14;

const base = { width: 256, depth: 4, batchSize: 64 };

/** The digit reader, epochs of which are measured. */
const digits = { sizes: [784, 40, 40, 40, 40, 40, 10], batchSize: 64 };

const stepSweep = (name, title, values) => ({
  name,
  title,
  points: values.map((value) => {
    const { width, depth, batchSize } = { ...base, [name]: value };
    const sizes = Array(depth + 1).fill(width);
    const request = { kind: "step", sizes, batchSize };
    return { value, request, operations: stepOperations(request), stateMB: stateMB(sizes) };
  }),
});

export const sweeps = [
  stepSweep("width", "a step against width", powersOfTwo(64, 2048)),
  stepSweep("depth", "a step against depth (layers)", powersOfTwo(1, 32)),
  stepSweep("batchSize", "a step against batch size", powersOfTwo(1, 1024)),
  {
    name: "samples",
    title: "an epoch of digits against samples",
    points: powersOfTwo(750, 48_000).map((value) => {
      const request = { kind: "epoch", samples: value, ...digits };
      const steps = value / digits.batchSize;
      const operations = steps * stepOperations(digits);
      return { value, request, operations, stateMB: stateMB(digits.sizes) };
    }),
  },
];

/**
 * Operations of one training step, a multiply-add being two: the products of layer, weight gradient
 * and (but for the first layer) input gradient; bias, its gradient, activation and its mask; Adam.
 */
function stepOperations({ sizes, batchSize }) {
  return sizes.slice(1).reduce((sum, outputs, layer) => {
    const inputs = sizes[layer];
    const products = (layer === 0 ? 2 : 3) * 2 * batchSize * inputs * outputs;
    return sum + products + 4 * batchSize * outputs + adam * (inputs + 1) * outputs;
  }, 0);
}

/** Weights, their gradients and Adam's two means, of four bytes each. */
function stateMB(sizes) {
  const parameters = sizes.slice(1).map((outputs, layer) => (sizes[layer] + 1) * outputs);
  return (16 * parameters.reduce((sum, count) => sum + count, 0)) / 2 ** 20;
}
