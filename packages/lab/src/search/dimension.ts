import type { Declaration } from "../experiment/declarations.js";
import type { HyperparameterValue } from "./sampler.js";

/**
 * A hyper-parameter that is searched, as a place from 0 to 1.
 *
 * - Reals: from `min` to `max`, by equal steps or equal factors.
 * - Whole numbers: each has an equal share, from min - 1/2 to max + 1/2; on a logarithmic scale the share that it has
 *   between the logarithms of these bounds.
 * - Options, false and true: an equal share each, in their order.
 */
export class Dimension {
  /** The options of a choice, or false and true; undefined where there is an order. */
  readonly options: readonly (string | boolean)[] | undefined;
  /** How many values there are; infinite for reals. */
  readonly levels: number;
  readonly isLogarithmic: boolean;
  readonly #low: number;
  readonly #high: number;

  constructor(
    readonly name: string,
    readonly declaration: Declaration,
  ) {
    this.isLogarithmic = false;
    switch (declaration.kind) {
      case "choice":
      case "flag":
        this.options = declaration.kind === "choice" ? declaration.options : [false, true];
        this.levels = this.options.length;
        [this.#low, this.#high] = [0, this.levels];
        break;
      case "int":
      case "real": {
        const { min, max, scale, kind } = declaration;
        const half = kind === "int" ? 0.5 : 0;
        this.levels = min === max ? 1 : kind === "int" ? max - min + 1 : Number.POSITIVE_INFINITY;
        this.isLogarithmic = scale === "log";
        const place = this.isLogarithmic ? Math.log : (value: number) => value;
        [this.#low, this.#high] = [place(min - half), place(max + half)];
      }
    }
  }

  /** The value at a place; places beyond 0 and 1 are taken as these. */
  fromUnit(place: number): HyperparameterValue {
    const at = this.#low + Math.min(Math.max(place, 0), 1) * (this.#high - this.#low);
    const { declaration, options } = this;
    if (options) return options[Math.min(Math.floor(at), options.length - 1)] ?? false;
    const { min, max, kind } = declaration as Declaration & { kind: "int" | "real" };
    const value = this.isLogarithmic ? Math.exp(at) : at;
    return Math.min(Math.max(kind === "int" ? Math.round(value) : value, min), max);
  }

  /** Where a value stands; the nearest place for one outside. */
  toUnit(value: HyperparameterValue): number {
    if (this.options) {
      return (Math.max(this.options.indexOf(value as string), 0) + 0.5) / this.levels;
    }
    const at = this.isLogarithmic ? Math.log(Number(value)) : Number(value);
    const place = (at - this.#low) / (this.#high - this.#low);
    return Math.min(Math.max(place, 0), 1);
  }
}
