export * from "./initializers.js";
