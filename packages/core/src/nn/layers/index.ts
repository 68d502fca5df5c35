export * from "./activations.js";
export * from "./containers.js";
export * from "./dropout.js";
export * from "./flatten.js";
export * from "./linear.js";
