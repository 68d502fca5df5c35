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
  const assigned: number[] = [];
  fixed.forEach((virtual, register) => {
    assigned[virtual] = register;
  });
  let registers = fixed.length;

  /** By virtual register, the instruction that reads it last; what is fixed never becomes free. */
  const lastUse: number[] = [];
  code.forEach(({ sources }, index) => {
    for (const source of sources) lastUse[source] = index;
  });
  for (const virtual of [...results, ...fixed]) lastUse[virtual] = code.length;

  const free: number[] = [];
  const registerOf = (virtual: number): number => assigned[virtual] as number;
  const allocated = code.map(({ operation, target, sources }, index) => {
    const from = sources.map(registerOf);
    sources.forEach((source, position) => {
      if (lastUse[source] === index && sources.indexOf(source) === position) {
        free.push(registerOf(source));
      }
    });
    const register = free.pop() ?? registers++;
    assigned[target] = register;
    if (lastUse[target] === undefined) free.push(register);
    return { operation, target: register, sources: from };
  });
  return { registers, code: allocated, results: results.map(registerOf), registerOf };
}
