export * from "./graph.js";
export * from "./inventory.js";
export * from "./label.js";
export * from "./node.js";
export * from "./primitives.js";
export * from "./structure.js";
