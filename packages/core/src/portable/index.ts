export type {
  GraphDocument,
  StateRole,
  StoredArgument,
  StoredAttributes,
  StoredGraph,
  StoredNode,
  StoredNumber,
  StoredPrimitive,
} from "./document.js";
export { GraphModel } from "./graphModel.js";
export {
  type PortableArgument,
  type PortableArray,
  type PortableProgram,
  type PortableSpan,
  portableProgram,
} from "./program.js";
export { evaluateSize, formatSize, type Size, type Sizes, type Term } from "./size.js";
export type { Forward } from "./trace.js";
export type { TraceOptions } from "./traceOptions.js";
