import { requireFlag } from "../array/index.js";
import { requireAtLeastZero, requireDecay, requireEpsilon } from "./check.js";

/** What every optimiser has. */
export interface OptimizerOptions {
  /** Size of the steps. */
  readonly learningRate?: number;
  /** alpha of a proximal step for alpha |w|_1 after each step; it makes weights exactly 0. Default 0. */
  readonly proximalL1?: number;
}

/** The options of an optimiser, none of them open. */
export type Resolved<O extends OptimizerOptions> = Required<O> & Required<OptimizerOptions>;

/** The default of an option, and the check of what is given in its place. */
export interface Option<T> {
  readonly fallback: T;
  readonly require: (operation: string, name: string, value: unknown) => void;
}

/** Every option of an optimiser. */
export type OptionTable<O> = { readonly [Name in keyof O]-?: Option<Required<O>[Name]> };

/** All but what every optimiser has alike. */
export type OwnOptionTable<O> = Omit<OptionTable<O>, "proximalL1">;

export const atLeastZero = (fallback: number): Option<number> => ({
  fallback,
  require: requireAtLeastZero,
});

/** What is added to a denominator. */
export const epsilon = (fallback: number): Option<number> => ({
  fallback,
  require: requireEpsilon,
});

export const decayRate = (fallback: number): Option<number> => ({
  fallback,
  require: requireDecay,
});

export const flag = (fallback: boolean): Option<boolean> => ({ fallback, require: requireFlag });

/**
 * What is given, completed by what is given for all, or by the defaults.
 *
 * @throws ArgumentError for a value out of its range
 */
export function resolveOptions<O extends OptimizerOptions>(
  operation: string,
  table: OptionTable<O>,
  given: O,
  shared?: Resolved<O>,
): Resolved<O> {
  const resolved = Object.entries<Option<unknown>>(table).map(([name, option]) => {
    const own: unknown = given[name as keyof O];
    const inherited: unknown = shared ? shared[name as keyof O] : option.fallback;
    const value = own === undefined ? inherited : own;
    option.require(operation, name, value);
    return [name, value];
  });
  return Object.fromEntries(resolved) as Resolved<O>;
}
