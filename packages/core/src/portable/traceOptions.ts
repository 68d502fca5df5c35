import { ArgumentError, describeValue, formatShape, type Shape } from "../array/index.js";
import type { AnyModule } from "../nn/module.js";
import type { Tensor } from "../tensor/index.js";

const caller = "GraphModel.trace";
const mostSymbols = 4;

export interface TraceOptions {
  /**
   * The model that a function calls: it is put in evaluation mode, and its states keep their names.
   * Default: the traced module; of a function none, and every state is a constant.
   */
  readonly model?: AnyModule;
  /** What the inputs are called. Default "input", or of several "input0", "input1", ... */
  readonly names?: readonly string[];
  /**
   * Of each input the symbols of its axes, null for an axis of fixed size; those that are left out are
   * fixed. One symbol stands for one size wherever it occurs. Default `["N"]` for each.
   */
  readonly axes?: readonly (readonly (string | null)[])[];
}

/** Symbols of the axes of an input. */
export type Axes = readonly (string | null)[];

export function checkNames(
  examples: readonly Tensor[],
  given: readonly string[] | undefined,
): void {
  if (examples.length === 0) {
    throw new ArgumentError(`${caller}: received no example, expected one for each input.`);
  }
  if (given === undefined) return;
  const valid = Array.isArray(given) && given.every((name) => typeof name === "string" && name);
  if (valid && given.length === examples.length && new Set(given).size === given.length) return;
  throw new ArgumentError(
    `${caller}: received ${describeValue(given)} as the names, expected a different text for each of ` +
      `${examples.length} inputs.`,
  );
}

export function checkAxes(
  examples: readonly Tensor[],
  given: readonly Axes[] | undefined,
): readonly Axes[] {
  if (given === undefined) return examples.map(() => ["N"]);
  const isName = (name: unknown): boolean =>
    name === null || (typeof name === "string" && /^\p{L}\w*$/u.test(name));
  const valid =
    Array.isArray(given) &&
    given.length === examples.length &&
    given.every((each) => Array.isArray(each) && each.every(isName));
  if (!valid) {
    throw new ArgumentError(
      `${caller}: received ${describeValue(given)} as axes, expected a list for each of ${examples.length} inputs, ` +
        'such as [["N", "T"]]: a name for each axis whose size changes, null for one that is fixed.',
    );
  }
  if (new Set(given.flat()).size > mostSymbols + 1) {
    throw new ArgumentError(
      `${caller}: received axes of more than ${mostSymbols} names, expected few; each doubles the work.`,
    );
  }
  return given;
}

/**
 * Three sizes for each symbol, near that of the example, where the function is known to work, and none
 * that is a size of something else: what is equal by chance would look as if it had to be.
 */
export function chooseSizes(examples: readonly Tensor[], axes: readonly Axes[], others: Shape) {
  const found = new Map<string, number>();
  const taken = new Set([0, 1, ...others]);
  examples.forEach(({ shape }, input) => {
    const names = axes[input] ?? [];
    if (names.length > shape.length) {
      throw new ArgumentError(
        `${caller}: received ${names.length} axes for input ${input}, expected at most ${shape.length}, as its ` +
          `example has shape ${formatShape(shape)}.`,
      );
    }
    shape.forEach((size, axis) => {
      const name = names[axis] ?? null;
      if (name === null) taken.add(size);
      else if ((found.get(name) ?? size) === size) found.set(name, size);
      else {
        throw new ArgumentError(
          `${caller}: received examples in which ${name} is ${found.get(name)} and ${size}, expected one size; ` +
            "give axes of different sizes different names.",
        );
      }
    });
  });
  const next = (example: number): number => {
    for (let size = example; size > 1; size--) if (!taken.has(size)) return size;
    let size = Math.max(2, example + 1);
    while (taken.has(size)) size++;
    return size;
  };
  const choose = (example: number): number => {
    const size = next(example);
    taken.add(size);
    return size;
  };
  return new Map(
    [...found].map(([name, size]) => [name, [choose(size), choose(size), choose(size)] as const]),
  );
}
