import { compile, loss, optim, Parameter, type Tensor, zeros } from "@versant/core";
import { expect, test } from "vitest";
import {
  decode,
  describeOnDevices,
  type Encoded,
  expectClose,
  type Precision,
  readFixture,
} from "./fixture.js";

interface Fit {
  readonly name: string;
  readonly alpha: number;
  readonly l1Ratio: number;
  readonly weights: Encoded;
  readonly bias: number;
}

interface Problem {
  readonly inputs: Encoded;
  readonly target: Encoded;
  readonly fits: readonly Fit[];
}

const [problem] = readFixture<Problem>("penalties") as [Problem];
const learningRate = 0.25;
const steps = 400;

/** Descends on |y - X w - b|^2 / (2 n) + penalty(w), with a proximal step for alpha |w|_1. */
function descend(precision: Precision, proximalL1: number, penalty: (weights: Tensor[]) => Tensor) {
  const x = decode(problem.inputs, precision);
  const y = decode(problem.target, precision);
  const weights = new Parameter(zeros([problem.inputs.shape[1] as number], precision.dtype));
  const bias = new Parameter(zeros([], precision.dtype));
  const groups = [{ parameters: [weights], proximalL1 }, { parameters: [bias] }];
  const optimizer = new optim.SGD(groups, { learningRate });
  const step = compile(() => {
    const error = loss.mse(x.matmul(weights).add(bias), y).multiply(0.5);
    error.add(penalty([weights])).backward();
    optimizer.step();
    return error;
  });
  for (let count = 0; count < steps; count++) step();
  return { weights, bias };
}

const zerosOf = (elements: ArrayLike<number>): boolean[] =>
  Array.from(elements, (element) => element === 0);

describeOnDevices("penalties as in scikit-learn", (precision) => {
  test.each(problem.fits)("$name: the same weights, and the same exact zeros", (fit) => {
    const { alpha, l1Ratio } = fit;
    const { weights, bias } = descend(precision, alpha * l1Ratio, (each) =>
      loss.l2Penalty(each, alpha * (1 - l1Ratio)),
    );
    expect(zerosOf(weights.dataSync())).toEqual(zerosOf(fit.weights.data.map(Number)));
    expectClose("weights", weights, fit.weights, 4, precision);
    expectClose("bias", bias, { shape: [], data: [fit.bias] }, 4, precision);
  });

  test("along its gradient an L1 penalty comes near 0 and never lands there", () => {
    const [lasso] = problem.fits as [Fit];
    const { weights } = descend(precision, 0, (each) => loss.l1Penalty(each, lasso.alpha));
    const elements = [...weights.dataSync()];
    expect(zerosOf(elements)).not.toContain(true);
    elements.forEach((element, index) => {
      const error = Math.abs(element - Number(lasso.weights.data[index]));
      expect(error).toBeLessThan(4 * learningRate * lasso.alpha);
    });
  });

  test.each([0, 0.5, 1])("at its minimum an elastic net of l1Ratio %s has no slope", (l1Ratio) => {
    const fit = problem.fits.find((each) => each.l1Ratio === l1Ratio) as Fit;
    // Where a weight is 0 the subgradient of |w| is an interval, and |w| itself has slope 0 here.
    const found = new Parameter(decode(fit.weights, precision));
    const y = decode(problem.target, precision).subtract(fit.bias);
    const error = loss.mse(decode(problem.inputs, precision).matmul(found), y).multiply(0.5);
    error.add(loss.elasticNetPenalty([found], fit.alpha, { l1Ratio })).backward();
    const limit = fit.alpha * l1Ratio;
    fit.weights.data.forEach((weight, index) => {
      const slope = Math.abs((found.grad as Tensor).dataSync()[index] as number);
      const rounding = 16 * precision.tolerance;
      expect(slope).toBeLessThanOrEqual(weight === 0 ? limit : rounding);
    });
  });
});
