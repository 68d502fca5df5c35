import type { DType, Shape } from "../../array/index.js";
import type { Tensor } from "../../tensor/index.js";
import { requireInput } from "../check.js";
import { spatialNames } from "../functional/windows.js";
import type { AnyModule } from "../module.js";

export interface SpatialRequirement {
  /** How many axes there are besides batch and channels: 1 or 2. */
  readonly axes: number;
  /** Default: any number. */
  readonly channels?: number;
  /** Default: any floating one. */
  readonly dtype?: DType;
}

/**
 * Refuses what is not (N, C, L) or (N, C, H, W), with the likely mend.
 *
 * @throws ArgumentError, ShapeError, DTypeError
 */
export function requireSpatialInput(
  layer: AnyModule,
  input: unknown,
  { axes, channels, dtype }: SpatialRequirement,
): asserts input is Tensor {
  requireInput(layer, input, ["N", channels ?? "C", ...spatialNames(axes)], {
    dtype: dtype ?? "floating",
    mend: (shape) => mend(shape, axes, channels),
  });
}

function mend(shape: Shape, axes: number, channels: number | undefined): string | undefined {
  const [samples, second] = shape;
  if (shape.length === axes + 1) {
    if (samples === channels) return "give a single sample its batch axis with .unsqueeze(0)";
    if (channels === 1) return "add the axis of channels with .unsqueeze(1)";
    if (channels === undefined) {
      return "add the batch axis with .unsqueeze(0), or that of channels with .unsqueeze(1)";
    }
  }
  if (channels === undefined || second === undefined) return undefined;
  if (shape.length === axes + 2) {
    if (shape.at(-1) !== channels) return `a layer for this input has ${second} inChannels`;
    return `channels come before places: .permute([0, ${axes === 1 ? "2, 1" : "3, 1, 2"}])`;
  }
  const side = Math.sqrt(second / channels);
  if (axes === 2 && shape.length === 2 && Number.isInteger(side)) {
    return `make images of the rows with .reshape([${samples}, ${channels}, ${side}, ${side}])`;
  }
  return undefined;
}
