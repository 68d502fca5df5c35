import type { Dimension, ValueInfoProto } from "./schema.js";
import { type AnySize, constantOf, formatSize } from "./sizes.js";
import type { StoredArgument } from "./standin.js";
import { elementTypes } from "./tensors.js";

function dimensionOf(size: AnySize): Dimension {
  const number = constantOf(size);
  return number === null ? { dimParam: formatSize(size) } : { dimValue: number };
}

/** Name, element type and shape of an input or output. */
export const valueInfo = (name: string, { dtype, shape }: StoredArgument): ValueInfoProto => ({
  name,
  type: {
    tensorType: { elemType: elementTypes[dtype], shape: { dim: shape.map(dimensionOf) } },
  },
});
