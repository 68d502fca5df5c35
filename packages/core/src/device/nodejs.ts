/**
 * Node's process, or null elsewhere; bundlers leave parts of one in browsers. Node's modules come
 * from its `getBuiltinModule`, because bundlers for browsers stumble over every `import("node:…")`.
 */
export const nodejs: NodeJS.Process | null =
  typeof process !== "undefined" && process.versions?.node ? process : null;
