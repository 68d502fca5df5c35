import { ArgumentError, describeValue, requireOptions } from "@versant/core/internal";
import { canBeActive, isActive } from "../experiment/conditions.js";
import {
  accepts,
  type Declaration,
  type Declarations,
  expectation,
} from "../experiment/declarations.js";
import { Dimension } from "./dimension.js";
import type { HyperparameterValue, SearchValues } from "./sampler.js";

/** A part of what was declared: a shorter range, or some of the options. */
export type Narrowing =
  | { readonly min?: number; readonly max?: number }
  | { readonly options: readonly string[] };

export interface SearchSpaceOptions {
  /** Names of what is searched; by default everything that is declared. */
  readonly only?: readonly string[];
  /** Values of what is not searched, in place of the defaults. */
  readonly fixed?: SearchValues;
  /** What is searched in a part of its range only. */
  readonly narrowed?: Readonly<Record<string, Narrowing>>;
}

/** What a search may vary: the experiment's declarations, without those that have one value only. */
export class SearchSpace {
  private constructor(
    readonly declarations: Declarations,
    /** In the order of the declarations, so that what a condition speaks of comes first. */
    readonly dimensions: readonly Dimension[],
    readonly fixed: SearchValues,
  ) {}

  /**
   * @throws ArgumentError for a name that is not declared, a fixed value outside its declaration, a narrowed range that
   *   does not lie inside, a name that is both searched and fixed, and when nothing is left to search
   */
  static of(declarations: Declarations, options: SearchSpaceOptions = {}): SearchSpace {
    requireOptions("SearchSpace", options, ["only", "fixed", "narrowed"]);
    const { only, fixed = {}, narrowed = {} } = options;
    checkNames(declarations, options);
    const searched = Object.entries(declarations)
      .filter(([name]) => !Object.hasOwn(fixed, name) && (only?.includes(name) ?? true))
      .map(([name, declaration]) => new Dimension(name, narrow(name, declaration, narrowed[name])));
    const possible = possibleValues(declarations, fixed, searched);
    const constants = searched.filter(({ levels }) => levels === 1);
    const dimensions = searched.filter(
      ({ name, levels }) => levels > 1 && canBeActive(name, declarations, possible),
    );
    if (dimensions.length === 0) {
      throw new ArgumentError(
        "SearchSpace: nothing is left to search, expected a hyper-parameter that is not fixed and has several values.",
      );
    }
    const values = Object.fromEntries(constants.map((each) => [each.name, each.fromUnit(0)]));
    return new SearchSpace(declarations, dimensions, { ...values, ...fixed });
  }

  /**
   * A value for everything declared: what is fixed, the given values of what is searched and active, and defaults
   * elsewhere.
   */
  complete(values: SearchValues): Record<string, HyperparameterValue> {
    const searched = new Set(this.dimensions.map(({ name }) => name));
    const all: Record<string, HyperparameterValue> = {};
    for (const [name, declaration] of Object.entries(this.declarations)) {
      const given = searched.has(name) && isActive(name, this.declarations, all);
      all[name] = (given ? values[name] : this.fixed[name]) ?? declaration.default;
    }
    return all;
  }

  /** Names of what is searched and matters with these values. */
  active(values: SearchValues): string[] {
    const all = this.complete(values);
    return this.dimensions.flatMap(({ name }) =>
      isActive(name, this.declarations, all) ? [name] : [],
    );
  }

  /** The values at a point of the unit cube, one place a dimension, without those that are inactive. */
  fromUnit(point: ArrayLike<number>): Record<string, HyperparameterValue> {
    const all = Object.fromEntries(
      this.dimensions.map((each, index) => [each.name, each.fromUnit(point[index] as number)]),
    );
    return this.restrict(all);
  }

  /** The point of the unit cube at which the values stand; what is inactive stands at its default. */
  toUnit(values: SearchValues): Float64Array {
    const all = this.complete(values);
    return Float64Array.from(this.dimensions, (each) =>
      each.toUnit(all[each.name] as HyperparameterValue),
    );
  }

  /** Of the values those that are searched and active. */
  restrict(values: SearchValues): Record<string, HyperparameterValue> {
    return Object.fromEntries(
      this.active(values).map((name) => [name, values[name] as HyperparameterValue]),
    );
  }
}

function checkNames(
  declarations: Declarations,
  { only, fixed = {}, narrowed = {} }: SearchSpaceOptions,
): void {
  for (const name of [...(only ?? []), ...Object.keys(fixed), ...Object.keys(narrowed)]) {
    if (Object.hasOwn(declarations, name)) continue;
    const known = Object.keys(declarations).join(", ");
    throw new ArgumentError(`SearchSpace: received "${name}", expected names among ${known}.`);
  }
  const twice = [...(only ?? []), ...Object.keys(narrowed)].find((name) => name in fixed);
  if (twice !== undefined) {
    throw new ArgumentError(
      `SearchSpace: received "${twice}" as searched and as fixed, expected one of the two.`,
    );
  }
  const unsearched = Object.keys(narrowed).find((name) => only && !only.includes(name));
  if (unsearched !== undefined) {
    throw new ArgumentError(
      `SearchSpace: received a range for "${unsearched}", expected one of what is searched: ${only?.join(", ")}.`,
    );
  }
  for (const [name, value] of Object.entries(fixed)) {
    const declaration = declarations[name] as Declaration;
    if (accepts(declaration, value)) continue;
    throw new ArgumentError(
      `SearchSpace, ${name}: received ${describeValue(value)}, expected ${expectation(declaration)}.`,
    );
  }
}

/** What a name can be in this search. */
function possibleValues(
  declarations: Declarations,
  fixed: SearchValues,
  searched: readonly Dimension[],
): (name: string) => readonly unknown[] {
  const byName = new Map(searched.map((each) => [each.name, each]));
  return (name) => byName.get(name)?.options ?? [fixed[name] ?? declarations[name]?.default];
}

/** The declaration with the part that is searched in place of the whole. */
function narrow(name: string, declaration: Declaration, to: Narrowing | undefined): Declaration {
  if (!to) return declaration;
  const caller = `SearchSpace, ${name}`;
  if (declaration.kind === "flag") {
    throw new ArgumentError(`${caller}: received a part of true and false; fix it instead.`);
  }
  if (declaration.kind === "choice") {
    requireOptions(caller, to, ["options"], "the part of a choice");
    const { options } = to as { options: readonly string[] };
    const ordered = declaration.options.filter((each) => options?.includes(each));
    if (ordered.length > 0 && ordered.length === options.length) {
      return { ...declaration, options: ordered };
    }
    throw new ArgumentError(
      `${caller}: received ${options?.map(describeValue).join(", ") || "no option"}, expected some of ` +
        `${declaration.options.join(", ")}, each once.`,
    );
  }
  requireOptions(caller, to, ["min", "max"], "the part of a range");
  const { min = declaration.min, max = declaration.max } = to as { min?: number; max?: number };
  if (!(accepts(declaration, min) && accepts(declaration, max) && min <= max)) {
    throw new ArgumentError(
      `${caller}: received ${describeValue(min)} to ${describeValue(max)}, expected a range inside ` +
        `${declaration.min} to ${declaration.max}, the lower bound first` +
        `${declaration.kind === "int" ? ", of whole numbers" : ""}.`,
    );
  }
  return { ...declaration, min, max };
}
