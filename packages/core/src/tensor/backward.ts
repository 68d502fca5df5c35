import { ArgumentError, formatShape, sizeOf } from "../array/index.js";
import { gradients as nodeGradients } from "../gradient/index.js";
import { add } from "../graph/build.js";
import { type Node, topologicalOrder } from "../graph/index.js";
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

/** The gradients of `loss`, stored on the owners of the leaves that it depends on. */
export function storeGradients(loss: Node): void {
  checkLoss("backward", loss);
  const owned = topologicalOrder([loss], (node) => !node.tracked || leafOwners.has(node)).filter(
    (node) => node.tracked && leafOwners.has(node),
  );
  const found = nodeGradients(loss, owned);
  const capture = activeCapture();
  capture?.checks.push({ node: loss, label: "the loss" });
  owned.forEach((leaf, index) => {
    const owner = leafOwners.get(leaf) as GradientOwner;
    const slot = gradientSlot(owner);
    const gradient = found[index] as Node;
    slot.gradient = slot.gradient && !slot.spent ? add(slot.gradient, gradient) : gradient;
    slot.spent = false;
    capture?.checks.push({ node: slot.gradient, label: `the gradient of ${owner.label}` });
  });
  if (!capture) {
    const stored = owned.map(
      (leaf) => gradientSlot(leafOwners.get(leaf) as GradientOwner).gradient,
    );
    evaluateNodes([loss, ...stored.filter((node) => node !== null)]);
  }
}
