import { cosSin, exp, requireCount, requireFloatDType } from "../../array/index.js";
import { type Tensor, tensor } from "../../tensor/index.js";

/** ln 10000 */
const lnBase = 4 * Math.LN10;

const fraction = (turns: number): number => turns - Math.floor(turns);

/**
 * The positions 0 to length - 1 as points on circles that turn ever more slowly, (length, features):
 *
 *     PE(t, 2i) = sin(t / 10000^(2i / features))       PE(t, 2i + 1) = cos(t / 10000^(2i / features))
 *
 * Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 3.5.
 *
 * @param dtype float64 is for the reference device. Default float32
 * @throws ArgumentError when a size is not an integer of at least 1
 */
export function sinusoidalEncoding(
  length: number,
  features: number,
  dtype: "float32" | "float64" = "float32",
): Tensor {
  requireCount("sinusoidalEncoding", "length", length);
  requireCount("sinusoidalEncoding", "features", features);
  requireFloatDType("sinusoidalEncoding", dtype);
  const turnsPerStep = Float64Array.from(
    { length: Math.ceil(features / 2) },
    (_, pair) => exp(-lnBase * ((2 * pair) / features)) / (2 * Math.PI),
  );
  const table = Float64Array.from({ length: length * features }, (_, index) => {
    const [position, feature] = [Math.floor(index / features), index % features];
    const [cos, sin] = cosSin(fraction(position * (turnsPerStep[feature >> 1] as number)));
    return feature % 2 === 0 ? sin : cos;
  });
  return tensor(table, { shape: [length, features], dtype });
}
