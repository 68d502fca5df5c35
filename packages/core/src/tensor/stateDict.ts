import { ArgumentError, formatShape, requireMap, sameShape } from "../array/index.js";
import { type Buffer, evaluate, type Parameter } from "./state.js";
import { Tensor } from "./tensor.js";

type States = ReadonlyMap<string, Parameter | Buffer>;

export interface RestoreOptions {
  /** Every name has to occur on both sides. Default true. */
  readonly strict?: boolean;
  /** What to do about a dict that does not fit. */
  readonly mend: string;
  /** The same where nothing but names differs. Default: `mend`. */
  readonly mendOfNames?: string;
}

/** The values as they are now, by name; later steps change none. */
export const captureState = (states: States): Map<string, Tensor> =>
  new Map([...states].map(([name, state]) => [name, state.detach()]));

/**
 * Gives states the values of their names.
 *
 * @returns the names that occur on one side only, none if it is strict
 * @throws ArgumentError listing what does not fit, ExecutionError for a value that cannot be
 *   computed; nothing is changed then
 */
export function restoreState(
  operation: string,
  states: States,
  dict: ReadonlyMap<string, Tensor>,
  { strict = true, mend, mendOfNames = mend }: RestoreOptions,
): { missing: string[]; unexpected: string[] } {
  requireMap(operation, "the state dict", dict, Tensor);
  const missing = [...states.keys()].filter((name) => !dict.has(name));
  const unexpected = [...dict.keys()].filter((name) => !states.has(name));
  const shared = [...states].flatMap(([name, state]) => {
    const value = dict.get(name);
    return value ? [{ name, state, value }] : [];
  });
  const mismatched = shared.flatMap(({ name, state, value }) =>
    value.dtype === state.dtype && sameShape(value.shape, state.shape)
      ? []
      : [`${name} (received ${describe(value)}, expected ${describe(state)})`],
  );
  const problems = [
    ...(strict && missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
    ...(strict && unexpected.length > 0 ? [`unexpected: ${unexpected.join(", ")}`] : []),
    ...(mismatched.length > 0 ? [`of the wrong kind: ${mismatched.join(", ")}`] : []),
  ];
  if (problems.length > 0) {
    throw new ArgumentError(
      `${operation}: nothing was loaded; ${problems.join("; ")}. ` +
        (mismatched.length > 0 ? mend : mendOfNames),
    );
  }
  // A value that cannot be computed is told before anything has changed.
  evaluate(shared.map(({ value }) => value));
  for (const { state, value } of shared) state.assign(value);
  return { missing, unexpected };
}

const describe = ({ dtype, shape }: Tensor): string => `${dtype} ${formatShape(shape)}`;
