import type { MicroInstruction } from "../../program/index.js";

interface Allocation {
  readonly registers: number;
  readonly code: readonly MicroInstruction[];
  readonly results: readonly number[];
  readonly registerOf: (virtual: number) => number;
}

/**
 * Gives few registers to many values, so that a loop's working set stays in the nearest cache.
 * Loaded values and numbers keep theirs; a computed value's is free again after its last use.
 */
export function allocateRegisters({
  fixed,
  code,
  results,
}: {
  readonly fixed: readonly number[];
  readonly code: readonly MicroInstruction[];
  readonly results: readonly number[];
}): Allocation {
  const assigned = new Map<number, number>();
  for (const virtual of fixed) assigned.set(virtual, assigned.size);
  let registers = assigned.size;
  const isFixed = new Set(fixed);

  const lastUse = new Map<number, number>();
  code.forEach(({ sources }, index) => {
    for (const source of sources) lastUse.set(source, index);
  });
  for (const result of results) lastUse.set(result, code.length);

  const free: number[] = [];
  const registerOf = (virtual: number): number => assigned.get(virtual) as number;
  const allocated = code.map(({ operation, target, sources }, index) => {
    const from = sources.map(registerOf);
    for (const source of new Set(sources)) {
      if (lastUse.get(source) === index && !isFixed.has(source)) free.push(registerOf(source));
    }
    const register = free.pop() ?? registers++;
    assigned.set(target, register);
    if (!lastUse.has(target)) free.push(register);
    return { operation, target: register, sources: from };
  });
  return { registers, code: allocated, results: results.map(registerOf), registerOf };
}
