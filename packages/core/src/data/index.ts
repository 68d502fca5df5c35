export * from "./calculator.js";
export * from "./dataLoader.js";
export * from "./dataset.js";
export * from "./idx.js";
export * from "./split.js";
export * from "./streamLoader.js";
export type { StreamChunk, StreamColumn, StreamSource } from "./streamSource.js";
