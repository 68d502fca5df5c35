export * from "./initializers.js";
export * from "./orthogonal.js";
