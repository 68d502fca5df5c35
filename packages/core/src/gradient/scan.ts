import { isFloating } from "../array/index.js";
import { add, zerosLike } from "../graph/build.js";
import { makeNode, Node } from "../graph/index.js";
import { pullBack } from "./gradients.js";
import { findProducts, pullOut, sumOfProducts } from "./hoist.js";
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
 * so that of the forward scan only the carries are kept.
 *
 * A constant that the body knows as the right operand B of products p[t] = a[t] B alone, such as a
 * recurrent weight, has no growing sum: the gradients G[t] = dL/dp[t] are stacked as well, and
 *
 *     dL/dB = sum over t of a[t]^T G[t]
 *
 * is a single product after the loop (`hoist.ts`), from which dL/dk follows.
 */
export function scanGradients(
  scan: Node<"scan">,
  received: readonly (Node | undefined)[],
): (Node | null)[] {
  const { body, carries, sequences, length, reverse } = scan.attributes;
  const firstConstant = carries + sequences;
  // A float carry may come to depend on something tracked even where its first value does not.
  const wanted = body.inputs.flatMap((formal, index) =>
    isFloating(formal.dtype) && (index < carries || scan.inputs[index]?.tracked) ? [index] : [],
  );
  const wantedCarries = wanted.filter((index) => index < carries);
  const wantedSequences = wanted.filter((index) => index >= carries && index < firstConstant);
  const wantedConstants = wanted.filter((index) => index >= firstConstant);
  const { products, constants: hoisted } = findProducts(body, firstConstant, wantedConstants);
  const summed = wantedConstants.filter((index) => !hoisted.includes(index));
  const seededOutputs = body.outputs.flatMap((_, index) =>
    index >= carries && received[index] ? [index] : [],
  );
  const bodyInput = (index: number): Node<"input"> => at(body.inputs, index);
  const bodyOutput = (index: number): Node => at(body.outputs, index);

  // The formal inputs of the reverse body, in the order of a scan's inputs.
  const formals: Node<"input">[] = [];
  const formal = ({ shape, dtype }: Node, tracked = true): Node => {
    const leaf = new Node("input", [], { index: formals.length, shape, dtype }, tracked);
    formals.push(leaf);
    return leaf;
  };
  const copy = (original: Node<"input">): Node =>
    formal(original, wanted.includes(original.attributes.index));
  const carryGradients = wantedCarries.map((index) => formal(bodyInput(index)));
  const sums = summed.map((index) => formal(bodyInput(index)));
  const copies = body.inputs.slice(0, firstConstant).map(copy);
  const outputGradients = seededOutputs.map((index) => formal(bodyOutput(index)));
  copies.push(...body.inputs.slice(firstConstant).map(copy));

  const seeds = [...carryGradients, ...outputGradients];
  const copied = substitute(
    [...[...wantedCarries, ...seededOutputs].map(bodyOutput), ...products],
    new Map(body.inputs.map((original, index) => [original, at(copies, index)])),
  );
  const copiedProducts = copied.splice(seeds.length);
  const sources = wanted.filter((index) => !hoisted.includes(index));
  const leaves = [...sources.map((index) => at(copies, index)), ...copiedProducts];
  const pulled = pullBack(copied, seeds, leaves);
  const gradientOf = (leaf: Node): Node => at(pulled, leaves.indexOf(leaf));
  const gradientAt = (index: number): Node => gradientOf(at(copies, index));

  const next = [
    ...wantedCarries.map(gradientAt),
    ...summed.map((index, position) => add(at(sums, position), gradientAt(index))),
  ];
  const operands = copiedProducts.map(({ inputs }) => inputs as [Node, Node]);
  const stacked = [
    ...new Set([
      ...wantedSequences.map(gradientAt),
      ...copiedProducts.map(gradientOf),
      ...operands.flatMap(([left]) => (copies.includes(left) ? [] : [left])),
    ]),
  ];
  const slicedInputs = [...recordCarries(scan), ...scan.inputs.slice(carries, firstConstant)];
  const reversed = makeNode(
    "scan",
    [
      ...wantedCarries.map((index) => received[index] ?? zerosLike(bodyInput(index))),
      ...summed.map((index) => zerosLike(bodyInput(index))),
      ...slicedInputs,
      ...seededOutputs.map((index) => at(received, index)),
      ...scan.inputs.slice(firstConstant),
    ],
    {
      body: { inputs: formals, outputs: [...next, ...stacked] },
      carries: next.length,
      sequences: firstConstant + seededOutputs.length,
      length,
      reverse: !reverse,
    },
  );
  const result = (index: number): Node => makeNode("result", [reversed], { index });
  /** The values of a node of the reverse body in all iterations. */
  const stackOf = (node: Node): Node =>
    slicedInputs[copies.indexOf(node)] ?? result(next.length + stacked.indexOf(node));

  const ofHoisted = pullOut(
    operands.map(([, right]) => right),
    copiedProducts.map((product, index) =>
      sumOfProducts(stackOf(at(operands, index)[0]), stackOf(gradientOf(product))),
    ),
    hoisted.map((index) => at(copies, index)),
    new Map(copies.map((each, index) => [each, at(scan.inputs, index)])),
  );
  const gradients = new Map<number, Node>();
  [...wantedCarries, ...summed].forEach((index, position) => {
    gradients.set(index, result(position));
  });
  for (const index of wantedSequences) gradients.set(index, stackOf(gradientAt(index)));
  hoisted.forEach((index, position) => {
    gradients.set(index, at(ofHoisted, position));
  });
  return scan.inputs.map((input, index) => (input.tracked ? (gradients.get(index) ?? null) : null));
}

/**
 * The carries before each iteration, stacked: c[0], ..., c[T-1]. If the scan does not give them
 * among its outputs, they are outputs of a second scan that does all the same; what of both is
 * unused or equal is for the compiler to drop.
 */
function recordCarries(scan: Node<"scan">): Node[] {
  const { body, carries } = scan.attributes;
  const formals = body.inputs.slice(0, carries);
  const recorder = formals.every((each) => body.outputs.includes(each, carries))
    ? scan
    : makeNode("scan", scan.inputs, {
        ...scan.attributes,
        body: { inputs: body.inputs, outputs: [...body.outputs, ...formals] },
      });
  const { outputs } = recorder.attributes.body;
  return formals.map((each) =>
    makeNode("result", [recorder], { index: outputs.indexOf(each, carries) }),
  );
}

function at<T>(list: readonly T[], index: number): NonNullable<T> {
  const element = list[index];
  if (element === undefined || element === null) throw new Error(`scan: nothing at ${index}`);
  return element;
}
