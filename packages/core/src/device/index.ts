export * from "./device.js";
export * from "./registry.js";
