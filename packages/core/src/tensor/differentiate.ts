import { ArgumentError, requireInstance, requireList, requireOptions } from "../array/index.js";
import { gradients as nodeGradients } from "../gradient/index.js";
import { add } from "../graph/build.js";
import { makeNode, type Node, withoutTracking } from "../graph/index.js";
import { checkLoss, leavesByOwner } from "./backward.js";
import { Tensor } from "./tensor.js";

/**
 * d loss / d wrt for each tensor, as tensors: they can be differentiated again. A tensor that the
 * loss does not depend on has zeros.
 *
 * @param loss a single number that depends on tracked tensors (parameters, or `requiresGrad`)
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  requireInstance("gradients", "the loss", loss, Tensor);
  requireList("gradients", "the tensors asked for", wrt, Tensor);
  const root = loss.node;
  checkLoss("gradients", root);
  wrt.forEach((each, index) => {
    if (!each.requiresGrad) {
      throw new ArgumentError(
        `gradients: tensor ${index} of those asked for, ${each.label}, is not tracked; make it a ` +
          "Parameter, or create it with { requiresGrad: true }.",
      );
    }
  });
  // A parameter that was given another value since the loss was written counts with the old one.
  const owned = leavesByOwner(root);
  const leaves = wrt.map((each) => owned.get(each) ?? [each.node]);
  const found = nodeGradients(root, leaves.flat());
  return leaves.map(({ length }) => new Tensor(found.splice(0, length).reduce(add)));
}

/** Runs `fn` without keeping what gradients would need. */
export function noGradient<R>(fn: () => R): R {
  requireInstance("noGradient", "the function", fn, Function);
  return withoutTracking(fn);
}

export interface CustomOperation<A extends readonly Tensor[]> {
  /** For errors and `explain`. */
  readonly name: string;
  readonly forward: (...inputs: A) => Tensor;
  /**
   * The gradient with respect to each input, from the gradient with respect to the output: tensors
   * of the inputs' shapes, or null where there is none. `needs[i]` tells whether anybody asks for
   * input i's.
   */
  readonly backward: (
    gradient: Tensor,
    context: { readonly inputs: A; readonly output: Tensor; readonly needs: readonly boolean[] },
  ) => readonly (Tensor | null)[];
}

/**
 * An operation with its own backward, written with tensors in both directions, so that it compiles
 * like any other and can be differentiated again.
 */
export function customOperation<A extends readonly Tensor[]>(
  operation: CustomOperation<A>,
): (...inputs: A) => Tensor {
  requireOptions("customOperation", operation, ["name", "forward", "backward"], "the operation");
  const { name } = operation;
  for (const part of ["forward", "backward"] as const) {
    requireInstance(`customOperation ${name}`, part, operation[part], Function);
  }
  return (...inputs) => {
    requireList(name, "the inputs", inputs, Tensor);
    // No gradient flows through what `forward` does, nor into what else it uses.
    const output: unknown = withoutTracking(() => operation.forward(...inputs));
    requireInstance(name, "the result of forward", output, Tensor);
    const node = makeNode("custom", [output.node, ...inputs.map((input) => input.node)], {
      name,
      backward: (gradient: Node, custom: Node<"custom">) => {
        // The node's own inputs: inside a loop it has been rebuilt on others than forward saw.
        const actual = custom.inputs.slice(1);
        const given: unknown = operation.backward(new Tensor(gradient), {
          inputs: actual.map((node) => new Tensor(node)) as readonly Tensor[] as A,
          output: new Tensor(custom),
          needs: actual.map((node) => node.tracked),
        });
        requireInstance(
          name,
          "the result of backward",
          given,
          Array,
          "one gradient for each input",
        );
        return given.map((each, index) => {
          if (each === null) return null;
          const mend = "null where there is none";
          requireInstance(name, `the gradient of input ${index}`, each, Tensor, mend);
          return each.node;
        });
      },
    });
    return new Tensor(node);
  };
}
