import { isFloating } from "../array/index.js";
import { add, zerosLike } from "../graph/build.js";
import { makeNode, type Node } from "../graph/index.js";
import { pullBack } from "./gradients.js";
import { Loop } from "./loop.js";
import {
  type DifferentiatedProduct,
  exclusiveGradients,
  findProducts,
  knownProduct,
  residualsOf,
} from "./products.js";
import { substitute } from "./substitute.js";

/**
 * The gradient of each input of a scan, from the gradients of its results.
 *
 * The scan is the composition of T steps (c[t+1], y[t]) = body(c[t], x[t], k), where c are the
 * carries, x the sequences, k the constants and y the stacked outputs. Let L be what is
 * differentiated, C[t] = dL/dc[t] and Y[t] = dL/dy[t], the part of L that reads y directly. L sees
 * step t through c[t+1] and y[t] alone, so the chain rule gives, with every derivative of the body
 * taken at (c[t], x[t], k),
 *
 *     C[t]    = C[t+1] dc[t+1]/dc[t] + Y[t] dy[t]/dc[t]
 *     dL/dx[t] = C[t+1] dc[t+1]/dx[t] + Y[t] dy[t]/dx[t]
 *     dL/dk   = sum over t of C[t+1] dc[t+1]/dk + Y[t] dy[t]/dk
 *
 * from C[T], the gradient of the final carries. C[t] needs C[t+1] and no other step: this is a scan
 * that runs the other way, with carries C and the growing sums dL/dk, sequences c, x and Y, and
 * stacked outputs dL/dx. Its body evaluates `body` again and pulls (C[t+1], Y[t]) back through it,
 * so that of the forward scan little is kept: the carries, and the products a[t] B whose right operand
 * depends on constants alone, as those of a recurrent layer do (`products.ts`). If a constant enters
 * through such products only, its gradient is no growing sum either, but one product after the loop.
 */
export function scanGradients(
  scan: Node<"scan">,
  received: readonly (Node | undefined)[],
): (Node | null)[] {
  const { body, carries, sequences, length, reverse } = scan.attributes;
  const firstConstant = carries + sequences;
  const bodyInput = (index: number): Node<"input"> => at(body.inputs, index);
  const bodyOutput = (index: number): Node => at(body.outputs, index);

  // Which inputs have a gradient, by index, and which outputs one comes from.
  // A float carry may come to depend on something tracked even where its first value does not.
  const wanted = body.inputs.flatMap((formal, index) =>
    isFloating(formal.dtype) && (index < carries || scan.inputs[index]?.tracked) ? [index] : [],
  );
  const wantedCarries = wanted.filter((index) => index < carries);
  const wantedSequences = wanted.filter((index) => index >= carries && index < firstConstant);
  const wantedConstants = wanted.filter((index) => index >= firstConstant);
  const { products, exclusive } = findProducts(body, firstConstant);
  const summed = wantedConstants.filter((index) => !exclusive.has(index));
  const hoisted = wantedConstants.filter((index) => exclusive.has(index));
  const seededOutputs = body.outputs.flatMap((_, index) =>
    index >= carries && received[index] ? [index] : [],
  );

  // The inputs of the reverse scan, and what its body knows them as.
  const loop = new Loop();
  const carryGradients = wantedCarries.map((index) =>
    loop.carry(received[index] ?? zerosLike(bodyInput(index))),
  );
  const sums = summed.map((index) => loop.carry(zerosLike(bodyInput(index))));
  const residuals = recordResiduals(scan);
  const stacks = [...residuals.slice(0, carries), ...scan.inputs.slice(carries, firstConstant)];
  const isWanted = (index: number): boolean => wanted.includes(index);
  const copies = stacks.map((stack, index) => loop.sequence(stack, isWanted(index)));
  const values = new Map<Node, Node>(
    products.map(({ node }, index) => [node, loop.sequence(at(residuals, carries + index), false)]),
  );
  const outputGradients = seededOutputs.map((index) => loop.sequence(at(received, index), true));
  const constants = scan.inputs.slice(firstConstant);
  copies.push(
    ...constants.map((each, index) => loop.constant(each, isWanted(firstConstant + index))),
  );

  // The body again, and what flows back through it.
  const seeds = [...carryGradients, ...outputGradients];
  const copied = substitute(
    [...[...wantedCarries, ...seededOutputs].map(bodyOutput), ...products.map(({ node }) => node)],
    new Map(body.inputs.map((original, index) => [original, at(copies, index)])),
    (node, operands, tracked) => {
      const value = values.get(node);
      return value && knownProduct(value, operands, tracked);
    },
  );
  const copiedProducts = copied.splice(seeds.length);
  const carriers = copiedProducts.filter((_, position) =>
    hoisted.some((index) => products[position]?.constants.has(index)),
  );
  const copyOf = (index: number): Node => at(copies, index);
  const sources = [...wantedCarries, ...wantedSequences, ...summed].map(copyOf);
  const leaves = [...sources, ...carriers];
  const pulled = pullBack(copied, seeds, leaves);
  const gradientOf = (leaf: Node): Node => at(pulled, leaves.indexOf(leaf));

  // What the reverse scan computes, and what is made of it.
  const next = [
    ...wantedCarries.map((index) => gradientOf(copyOf(index))),
    ...summed.map((index, position) => add(at(sums, position), gradientOf(copyOf(index)))),
  ];
  const ofSequences = wantedSequences.map((index) => gradientOf(copyOf(index)));
  const ofProducts = carriers.map((product): DifferentiatedProduct => {
    const [, left, right] = product.inputs as [Node, Node, Node];
    return { left, right, gradient: gradientOf(product) };
  });
  const { carries: ofCarries, stackOf } = loop.close(
    next,
    [...ofSequences, ...ofProducts.flatMap(({ left, gradient }) => [left, gradient])],
    { length, reverse: !reverse },
  );
  const ofHoisted = exclusiveGradients(ofProducts, hoisted.map(copyOf), stackOf, loop.outside);
  const order = [...wantedCarries, ...summed, ...wantedSequences, ...hoisted];
  const found = [...ofCarries, ...ofSequences.map(stackOf), ...ofHoisted];
  return scan.inputs.map((input, index) =>
    input.tracked ? (found[order.indexOf(index)] ?? null) : null,
  );
}

/**
 * What `residualsOf` names, stacked: c[0], ..., c[T-1], and products. If the scan does not give it
 * among its outputs, it is the output of a second scan that does all the same; what of both is
 * unused or equal is for the compiler to drop.
 */
function recordResiduals(scan: Node<"scan">): Node[] {
  const { body, carries, sequences } = scan.attributes;
  const residuals = residualsOf(body, carries, carries + sequences);
  const recorder = residuals.every((each) => body.outputs.includes(each, carries))
    ? scan
    : makeNode("scan", scan.inputs, {
        ...scan.attributes,
        body: { inputs: body.inputs, outputs: [...body.outputs, ...residuals] },
      });
  const { outputs } = recorder.attributes.body;
  return residuals.map((each) =>
    makeNode("result", [recorder], { index: outputs.indexOf(each, carries) }),
  );
}

function at<T>(list: readonly T[], index: number): NonNullable<T> {
  const element = list[index];
  if (element === undefined || element === null) throw new Error(`scan: nothing at ${index}`);
  return element;
}
