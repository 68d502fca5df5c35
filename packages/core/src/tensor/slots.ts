import type { Node } from "../graph/index.js";

/** Something gradients are stored on: a parameter, or a leaf made with `requiresGrad`. */
export interface GradientOwner {
  /** For errors: "hidden.0.weight". */
  readonly label: string;
}

export interface GradientSlot {
  gradient: Node | null;
  /** An optimiser has used it: still readable, and replaced by the next backward. */
  spent: boolean;
}

/** The gradients of their owners: one set for eager use, and one for each capture. */
export class GradientSlots {
  readonly #slots = new WeakMap<GradientOwner, GradientSlot>();
  readonly owners = new Set<GradientOwner>();

  constructor(
    /** Remember who has a gradient; captures do, while eager use must not keep owners alive. */
    private readonly remember = true,
  ) {}

  of(owner: GradientOwner): GradientSlot {
    let slot = this.#slots.get(owner);
    if (!slot) {
      slot = { gradient: null, spent: false };
      this.#slots.set(owner, slot);
      if (this.remember) this.owners.add(owner);
    }
    return slot;
  }
}
