import { type DType, type GraphDocument, type Size, type StoredNode, type StoredPrimitive, type StoredAttributes, type Tensor, tensor } from "@versant/core";
import fc from "fast-check";
