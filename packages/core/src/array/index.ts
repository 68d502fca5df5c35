export * from "./argument.js";
export * from "./dtype.js";
export * from "./elementary.js";
export * from "./errors.js";
export * from "./philox.js";
export * from "./shape.js";
export * from "./storage.js";
export * from "./view.js";
