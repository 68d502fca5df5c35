import {
  ArgumentError,
  describeValue,
  formatShape,
  requireInstance,
  ShapeError,
} from "../array/index.js";
import { Tensor } from "../tensor/index.js";

/** What `Trainer` makes small. */
export type Loss = (prediction: Tensor, target: Tensor) => Tensor;

/**
 * The weighted sum of losses, as a loss: sum_i weight_i loss_i(prediction, target).
 *
 * ```ts
 * const objective = weightedSum([
 *   [0.7, meanSquaredError],
 *   [0.3, (prediction, target) => huber(prediction, target, { delta: 0.5 })],
 * ]);
 * new Trainer({ model, loss: objective, optimizer });
 * ```
 *
 * @throws ArgumentError for an empty list, a weight that is not finite, what is no function
 */
export function weightedSum(terms: readonly (readonly [weight: number, loss: Loss])[]): Loss {
  requireTerms(terms);
  const kept = [...terms];
  return (prediction, target) => {
    const costs = kept.map(([weight, loss], index) => {
      const cost = loss(prediction, target);
      requireNumber(cost, index);
      return cost.multiply(weight);
    });
    return costs.reduce((total, cost) => total.add(cost));
  };
}

function requireTerms(terms: unknown): asserts terms is readonly (readonly [number, Loss])[] {
  if (!Array.isArray(terms) || terms.length === 0) {
    throw new ArgumentError(
      `weightedSum: received ${describeValue(terms)}, expected a list of at least one pair ` +
        "[weight, loss].",
    );
  }
  terms.forEach((term: unknown, index) => {
    const [weight, loss]: readonly unknown[] = Array.isArray(term) ? term : [];
    if (Number.isFinite(weight) && typeof loss === "function") return;
    throw new ArgumentError(
      `weightedSum: received ${describeTerm(term)} as term ${index}, expected a pair of a finite ` +
        "number and a function, [weight, loss].",
    );
  });
}

const describeTerm = (term: unknown): string =>
  Array.isArray(term) ? `[${term.map(describeValue).join(", ")}]` : describeValue(term);

function requireNumber(cost: unknown, index: number): asserts cost is Tensor {
  requireInstance("weightedSum", `the result of loss ${index}`, cost, Tensor);
  if (cost.size === 1) return;
  throw new ShapeError(
    `weightedSum: the result of loss ${index} has shape ${formatShape(cost.shape)}, expected a ` +
      "single number; reduce it with .mean().",
  );
}
