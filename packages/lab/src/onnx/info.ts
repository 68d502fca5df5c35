import { formatSize, type Size, type StoredArgument } from "@versant/core";
import type { Dimension, ValueInfoProto } from "./schema.js";
import { elementTypes } from "./tensors.js";

const dimensionOf = (size: Size): Dimension =>
  typeof size === "number" ? { dimValue: size } : { dimParam: formatSize(size) };

/** Name, element type and shape of an input or output. */
export const valueInfo = (name: string, { dtype, shape }: StoredArgument): ValueInfoProto => ({
  name,
  type: {
    tensorType: { elemType: elementTypes[dtype], shape: { dim: shape.map(dimensionOf) } },
  },
});
