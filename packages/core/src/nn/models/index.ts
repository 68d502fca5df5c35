export * from "./autoEncoder.js";
export * from "./memoryNetwork.js";
export * from "./variationalAutoEncoder.js";
