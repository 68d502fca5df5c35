import type { Leaf } from "versant/studio-api";

/** Which of two scores is better: losses and errors are to be small, the others large. */
export function betterOf(name: string, [a, b]: readonly (Leaf | undefined)[]): 0 | 1 | undefined {
  if (typeof a !== "number" || typeof b !== "number" || a === b) return undefined;
  const isSmallBetter = /loss|error|perplexity/i.test(name);
  return a < b === isSmallBetter ? 0 : 1;
}

/** The beginning and the end that two texts share, and what stands between them in the first one. */
export function splitOf(value: string, other: string): readonly [string, string, string] {
  const length = Math.min(value.length, other.length);
  let start = 0;
  while (start < length && value[start] === other[start]) start++;
  let end = 0;
  while (end < length - start && value.at(-1 - end) === other.at(-1 - end)) end++;
  return [
    value.slice(0, start),
    value.slice(start, value.length - end),
    value.slice(value.length - end),
  ];
}
