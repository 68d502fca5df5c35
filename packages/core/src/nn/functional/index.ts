export * from "./activations.js";
export { dropout } from "./dropout.js";
