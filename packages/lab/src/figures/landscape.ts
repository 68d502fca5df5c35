import type { Landscape } from "../ledger/landscapeEvent.js";
import { type Axis, axisOf, positionOf } from "./axis.js";

/** Losses as heights. */
export interface Heights {
  /** From the lowest loss to the highest. */
  readonly axis: Axis;
  /** From 0 to 1, row by row from the lowest y; a loss that is not finite is as high as the highest. */
  readonly heights: readonly number[];
}

/** @param isLog whether heights are those of the logarithm; of losses that are not all above 0 they cannot be */
export function heightsOf({ loss }: Pick<Landscape, "loss">, isLog: boolean): Heights {
  const losses = loss.flat().map((each) => each ?? undefined);
  const axis = axisOf("loss", losses, { isLog });
  return { axis, heights: losses.map((each) => positionOf(axis, each) ?? 1) };
}
