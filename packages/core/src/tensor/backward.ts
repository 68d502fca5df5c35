import { ArgumentError, formatShape, sizeOf } from "../array/index.js";
import { gradients as nodeGradients } from "../gradient/index.js";
import { add } from "../graph/build.js";
import { makeNode, type Node, topologicalOrder } from "../graph/index.js";
import { activeCapture } from "./capture.js";
import { evaluateNodes } from "./evaluate.js";
import { type GradientOwner, type GradientSlot, GradientSlots } from "./slots.js";

const leafOwners = new WeakMap<Node, GradientOwner>();
const eager = new GradientSlots(false);

/** Declares that gradients with respect to `leaf` belong to `owner`. */
export function ownLeaf(leaf: Node, owner: GradientOwner): void {
  leafOwners.set(leaf, owner);
}

/** Where the owner's gradient stands: in the capture while one is recorded. */
export const gradientSlot = (owner: GradientOwner): GradientSlot =>
  (activeCapture()?.gradients ?? eager).of(owner);

/** The eager slot, whatever is being recorded. */
export const eagerSlot = (owner: GradientOwner): GradientSlot => eager.of(owner);

/** The next `backward()` replaces these gradients instead of adding to them. */
export function spendGradients(owners: Iterable<GradientOwner>): void {
  for (const owner of owners) gradientSlot(owner).spent = true;
}

export function checkLoss(operation: string, loss: Node): void {
  if (sizeOf(loss.shape) !== 1) {
    throw new ArgumentError(
      `${operation}: received a tensor of shape ${formatShape(loss.shape)}, expected a single ` +
        "number; reduce it first with .mean() or .sum().",
    );
  }
  if (!loss.tracked) {
    throw new ArgumentError(
      `${operation}: the loss depends on no parameter or tensor with requiresGrad; was it computed ` +
        "under noGradient, detached, or from a frozen model?",
    );
  }
}

/** Inside `compile` a run fails in which `gradient` is not finite, whoever made it. */
export function checkGradient(gradient: Node, owner: string): void {
  activeCapture()?.checks.push({ node: gradient, label: `the gradient of ${owner}` });
}

/** The gradients of `loss`, stored on the owners of the leaves that it depends on. */
export function storeGradients(loss: Node): void {
  checkLoss("backward", loss);
  const leaves = leavesByOwner(loss);
  const found = nodeGradients(loss, [...leaves.values()].flat());
  const stored = [...leaves].map(([owner, { length }]) => {
    const { gradient, spent } = gradientSlot(owner);
    const before = gradient && !spent ? [gradient] : [];
    const sum = [...before, ...found.splice(0, length)].reduce(add);
    // Detached, because it would otherwise keep the graph of all that led to it.
    return { owner, gradient: makeNode("detach", [sum], {}) };
  });
  const capture = activeCapture();
  if (capture) {
    capture.checks.push({ node: loss, label: "the loss" });
    for (const { owner, gradient } of stored) checkGradient(gradient, owner.label);
  } else evaluateNodes([loss, ...stored.map(({ gradient }) => gradient)]);
  for (const { owner, gradient } of stored) {
    Object.assign(gradientSlot(owner), { gradient, spent: false } satisfies GradientSlot);
  }
}

/** The leaves that `loss` depends on by owner; one that had several values has several leaves. */
export function leavesByOwner(loss: Node): Map<GradientOwner, Node[]> {
  const leaves = new Map<GradientOwner, Node[]>();
  for (const leaf of topologicalOrder([loss], (node) => !node.tracked || leafOwners.has(node))) {
    const owner = leaf.tracked ? leafOwners.get(leaf) : undefined;
    if (!owner) continue;
    const known = leaves.get(owner);
    if (known) known.push(leaf);
    else leaves.set(owner, [leaf]);
  }
  return leaves;
}
