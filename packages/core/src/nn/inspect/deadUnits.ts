import type { Tensor } from "../../tensor/index.js";

export interface DeadUnits {
  /** The ReLU layer, or "hidden.0 (relu)" where its output was handed to the function. */
  readonly path: string;
  /** The share of units that are 0 for every sample of the batch. */
  readonly share: number;
  /** The share of units that were so in this look and the two before it. */
  readonly lasting: number;
}

/** Looks in a row in which a unit has to be 0 for every sample: in one it may be by chance. */
const looksInARow = 3;

/**
 * Which units of a ReLU's output are 0 in every sample, as 1, the others as 0: of (N, units) and
 * (N, ..., units) each of them; of images (N, C, H, W) and volumes each channel, whose places share their weights.
 */
export function deadUnits(output: Tensor): Tensor {
  const places =
    output.rank < 4 ? [0] : output.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  return output.max(places).equal(0).cast("float32").flatten();
}

/** Remembers for how many looks in a row each unit has been dead. */
export class DeadUnitCounter {
  readonly #looks = new Map<string, Uint8Array>();

  /** @param dead 1 for each unit of the ReLU that is dead in this look, 0 for the others */
  count(path: string, dead: Float32Array): DeadUnits {
    const before = this.#looks.get(path);
    // Where sequences have other lengths, the units are other ones.
    const looks = before?.length === dead.length ? before : new Uint8Array(dead.length);
    this.#looks.set(path, looks);
    let [now, lasting] = [0, 0];
    for (const [unit, isDead] of dead.entries()) {
      const inARow = isDead ? Math.min((looks[unit] as number) + 1, looksInARow) : 0;
      looks[unit] = inARow;
      if (inARow > 0) now++;
      if (inARow === looksInARow) lasting++;
    }
    return { path, share: now / dead.length, lasting: lasting / dead.length };
  }
}
