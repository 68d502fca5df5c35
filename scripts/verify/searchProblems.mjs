// The four problems of packages/lab/test/oracle/problems.py, as declarations and values to be minimised.
import { readFileSync } from "node:fs";

const fixtures = new URL("../../packages/lab/test/oracle/fixtures/", import.meta.url);
const table = JSON.parse(readFileSync(new URL("calculator.json", fixtures), "utf8"));

/** The best values of Optuna's samplers after each tenth trial, a row a seed. */
export const { problems: optuna } = JSON.parse(
  readFileSync(new URL("optuna.json", fixtures), "utf8"),
);

const range = (min, max) => ({ kind: "real", default: min, min, max, scale: "linear", about: "" });
const logarithmic = (kind, min, max) => ({ ...range(min, max), kind, scale: "log" });
const word = (...options) => ({ kind: "choice", default: options[0], options, about: "" });

function branin({ x, y }) {
  const bend = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
  return bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}

const weights = [1, 1.2, 3, 3.2];
const widths = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const centres = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

function hartmann6(point) {
  return -weights.reduce((sum, weight, peak) => {
    const distance = centres[peak].reduce(
      (all, centre, axis) => all + widths[peak][axis] * (point[`x${axis}`] - centre) ** 2,
      0,
    );
    return sum + weight * Math.exp(-distance);
  }, 0);
}

const variants = { plain: [0, 1, 0], shifted: [0.5, 2, 1], steep: [-0.5, 5, 3] };

function rosenbrock({ variant, mirrored, ...point }) {
  const [shift, factor, offset] = variants[variant];
  const [x, y, z] = [(mirrored ? -1 : 1) * (point.x - shift), point.y - shift, point.z - shift];
  const valley = 100 * (y - x ** 2) ** 2 + (1 - x) ** 2 + 100 * (z - y ** 2) ** 2 + (1 - y) ** 2;
  return factor * valley + offset + (mirrored ? 0.5 : 0);
}

/** Where a value stands between the entries of a sorted axis. */
function place(axis, value) {
  const found = axis.findLastIndex((each) => each <= value);
  const index = Math.min(Math.max(found, 0), axis.length - 2);
  return [index, (value - axis[index]) / (axis[index + 1] - axis[index])];
}

/** Losses of real trainings, interpolated on logarithmic scales; calculatorTable.mjs trained them. */
function calculator({ optimizer, hiddenLayers, width, learningRate }) {
  const { axes, logarithms } = table;
  const [row, wide] = place(axes.width.map(Math.log2), Math.log2(width));
  const [column, fast] = place(axes.learningRate.map(Math.log10), Math.log10(learningRate));
  const block =
    axes.optimizer.indexOf(optimizer) * axes.hiddenLayers.length +
    axes.hiddenLayers.indexOf(hiddenLayers);
  const at = (r, c) => {
    const start = (block * axes.width.length + r) * axes.learningRate.length;
    return logarithms[start + c] * (1 - fast) + logarithms[start + c + 1] * fast;
  };
  return 10 ** (at(row, column) * (1 - wide) + at(row + 1, column) * wide);
}

export const problems = {
  branin: { declarations: { x: range(-5, 10), y: range(0, 15) }, cost: branin },
  hartmann6: {
    declarations: Object.fromEntries([0, 1, 2, 3, 4, 5].map((axis) => [`x${axis}`, range(0, 1)])),
    cost: hartmann6,
  },
  rosenbrock: {
    declarations: {
      variant: word("plain", "shifted", "steep"),
      mirrored: { kind: "flag", default: false, about: "" },
      x: range(-2, 2),
      y: range(-2, 2),
      z: range(-2, 2),
    },
    cost: rosenbrock,
  },
  calculator: {
    declarations: {
      optimizer: word("sgd", "adam"),
      hiddenLayers: { ...range(1, 3), kind: "int" },
      width: logarithmic("int", 4, 32),
      learningRate: logarithmic("real", 1e-4, 1),
    },
    cost: calculator,
  },
};

/** The least value that a sampler finds with so many trials, one after the other. */
export function search(sampler, space, cost, seed, trials) {
  const history = [];
  for (let number = 0; number < trials; number++) {
    const values = sampler.propose({ space, seed, number, history });
    history.push({ number, values, state: "completed", objectives: [cost(values)] });
  }
  return Math.min(...history.map(({ objectives }) => objectives[0]));
}
