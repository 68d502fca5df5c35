import SVM from "libsvm-js/asm";
import { DecisionTreeRegression } from "ml-cart";
import LinearRegression from "ml-regression-multivariate-linear";

// What tables were predicted by before there were networks. Inputs and targets are standardised; the
// settings are usual ones and were not tuned, as those of the network were not.

type Rows = number[][];

export interface Baseline {
  readonly name: string;
  /** Learns from samples and their targets, and predicts for others. */
  predict(inputs: Rows, targets: readonly number[], others: Rows): number[];
}

/** Least squares. */
const linearRegression: Baseline = {
  name: "linear regression",
  predict: (inputs, targets, others) =>
    new LinearRegression(
      inputs,
      targets.map((target) => [target]),
    )
      .predict(others)
      .map(([prediction = 0]) => prediction),
};

const neighbours = 5;

/** The mean of the nearest by Euclidean distance; libraries at hand only let neighbours vote on classes. */
const nearestNeighbours: Baseline = {
  name: `${neighbours} nearest neighbours`,
  predict: (inputs, targets, others) =>
    others.map((other) => {
      const distances = inputs.map((input, index) => ({
        target: targets[index] as number,
        distance: input.reduce((sum, x, axis) => sum + (x - (other[axis] as number)) ** 2, 0),
      }));
      const nearest = distances.sort((a, b) => a.distance - b.distance).slice(0, neighbours);
      return nearest.reduce((sum, { target }) => sum + target, 0) / nearest.length;
    }),
};

/** Epsilon regression with a radial kernel of gamma 1 / features. */
const supportVectorMachine: Baseline = {
  name: "support vector machine",
  predict: (inputs, targets, others) => {
    const svm = new SVM({
      type: SVM.SVM_TYPES.EPSILON_SVR,
      kernel: SVM.KERNEL_TYPES.RBF,
      cost: 10,
      gamma: 1 / (inputs[0]?.length ?? 1),
      epsilon: 0.1,
      quiet: true,
    });
    svm.train(inputs, targets);
    const predictions = svm.predict(others);
    svm.free();
    return predictions;
  },
};

/** A tree that splits until a leaf has at most 5 samples. */
const regressionTree: Baseline = {
  name: "regression tree (CART)",
  predict: (inputs, targets, others) => {
    const tree = new DecisionTreeRegression({ minNumSamples: 5 });
    tree.train(inputs, targets);
    return tree.predict(others);
  },
};

export const baselines: readonly Baseline[] = [
  linearRegression,
  nearestNeighbours,
  supportVectorMachine,
  regressionTree,
];
