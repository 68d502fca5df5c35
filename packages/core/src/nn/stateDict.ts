import {
  ArgumentError,
  formatShape,
  requireFlag,
  requireMap,
  requireOptions,
  sameShape,
} from "../array/index.js";
import { type Buffer, evaluate, type Parameter, Tensor } from "../tensor/index.js";

/** Values by path, "hidden.0.weight", in the order of the model. */
export type StateDict = Map<string, Tensor>;

export interface LoadOptions {
  /** Every name has to occur on both sides. Default true. */
  readonly strict?: boolean;
}

/** Names that occur on one side only; both lists are empty after a strict load. */
export interface LoadReport {
  /** Expected by the model, absent from the dict: left as they were. */
  readonly missing: readonly string[];
  /** In the dict, unknown to the model: ignored. */
  readonly unexpected: readonly string[];
}

type States = ReadonlyMap<string, Parameter | Buffer>;

export const captureState = (states: States): StateDict =>
  new Map([...states].map(([name, state]) => [name, state.detach()]));

const describe = ({ dtype, shape }: Tensor): string => `${dtype} ${formatShape(shape)}`;

export function restoreState(
  owner: string,
  states: States,
  dict: ReadonlyMap<string, Tensor>,
  options: LoadOptions,
): LoadReport {
  requireMap(`${owner}.loadStateDict`, "the state dict", dict, Tensor);
  requireOptions(`${owner}.loadStateDict`, options, ["strict"]);
  const { strict = true } = options;
  requireFlag(`${owner}.loadStateDict`, "strict", strict);
  const missing = [...states.keys()].filter((name) => !dict.has(name));
  const unexpected = [...dict.keys()].filter((name) => !states.has(name));
  const mismatched = [...states].flatMap(([name, state]) => {
    const value = dict.get(name);
    if (!value || (value.dtype === state.dtype && sameShape(value.shape, state.shape))) return [];
    return [`${name} (received ${describe(value)}, expected ${describe(state)})`];
  });
  const problems = [
    ...(strict && missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
    ...(strict && unexpected.length > 0 ? [`unexpected: ${unexpected.join(", ")}`] : []),
    ...(mismatched.length > 0 ? [`of the wrong kind: ${mismatched.join(", ")}`] : []),
  ];
  if (problems.length > 0) {
    throw new ArgumentError(
      `${owner}.loadStateDict: nothing was loaded; ${problems.join("; ")}. ` +
        (mismatched.length > 0
          ? "Build the model with the sizes it was saved with."
          : "Pass { strict: false } to load the names that both have."),
    );
  }
  const loaded = [...states].flatMap(([name, state]) => {
    const value = dict.get(name);
    return value ? [{ state, value }] : [];
  });
  // A value that cannot be computed is told before anything has changed.
  evaluate(loaded.map(({ value }) => value));
  for (const { state, value } of loaded) state.assign(value);
  return { missing, unexpected };
}
