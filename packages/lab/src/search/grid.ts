import { ArgumentError, requireCount, requireOptions } from "@versant/core/internal";
import type { Dimension } from "./dimension.js";
import type { HyperparameterValue, Proposal, Sampler, SearchValues } from "./sampler.js";
import type { SearchSpace } from "./space.js";

export interface GridOptions {
  /** How many values of each range, the bounds included, spread evenly on its scale. Default 5. */
  readonly points?: number;
  /** The same for single hyper-parameters, by name. */
  readonly pointsOf?: Readonly<Record<string, number>>;
}

/** More than anybody waits for; a grid that is larger is a mistake. */
const most = 100_000;

/**
 * Every combination of a few values of each hyper-parameter: all options, `points` values of a range, fewer where there
 * are fewer whole numbers. The last hyper-parameter changes fastest. Combinations that differ only in what is inactive
 * are one.
 */
export class GridSampler implements Sampler {
  readonly #options: Required<GridOptions>;
  readonly #grids = new WeakMap<SearchSpace, readonly SearchValues[]>();

  /** @throws ArgumentError when a number of points is none */
  constructor(options: GridOptions = {}) {
    requireOptions("GridSampler", options, ["points", "pointsOf"]);
    const { points = 5, pointsOf = {} } = options;
    for (const [name, value] of Object.entries({ points, ...pointsOf })) {
      requireCount("GridSampler", name, value);
    }
    this.#options = { points, pointsOf };
  }

  /** @throws ArgumentError when there are more than 100,000 combinations */
  size(space: SearchSpace): number {
    return this.#gridOf(space).length;
  }

  /** @throws ArgumentError when `number` is past the last combination */
  propose({ space, number }: Proposal): SearchValues {
    const grid = this.#gridOf(space);
    const values = grid[number];
    if (values) return values;
    throw new ArgumentError(
      `GridSampler: received trial ${number}, expected one below ${grid.length}, the size of the grid.`,
    );
  }

  #gridOf(space: SearchSpace): readonly SearchValues[] {
    const known = this.#grids.get(space);
    if (known) return known;
    const { points, pointsOf } = this.#options;
    const axes = space.dimensions.map((each) => valuesOf(each, pointsOf[each.name] ?? points));
    const combinations = axes.reduce((product, { length }) => product * length, 1);
    if (combinations > most) {
      throw new ArgumentError(
        `GridSampler: ${axes.map(({ length }) => length).join(" x ")} are ${combinations} trials, expected at most ` +
          `${most}; search fewer hyper-parameters or give fewer points.`,
      );
    }
    const grid = new Map<string, SearchValues>();
    for (let index = 0; index < combinations; index++) {
      const values = combination(space, axes, index);
      grid.set(JSON.stringify(values), values);
    }
    const list = [...grid.values()];
    this.#grids.set(space, list);
    return list;
  }
}

function combination(
  space: SearchSpace,
  axes: readonly (readonly HyperparameterValue[])[],
  index: number,
): SearchValues {
  const values: Record<string, HyperparameterValue> = {};
  let rest = index;
  for (let place = axes.length - 1; place >= 0; place--) {
    const axis = axes[place] as readonly HyperparameterValue[];
    const { name } = space.dimensions[place] as Dimension;
    values[name] = axis[rest % axis.length] as HyperparameterValue;
    rest = Math.floor(rest / axis.length);
  }
  return space.restrict(values);
}

/** Every option; of a range the bounds and what lies evenly between, the middle if there is one point. */
function valuesOf(dimension: Dimension, points: number): HyperparameterValue[] {
  const { options, levels, declaration } = dimension;
  if (options) return [...options];
  if (declaration.kind !== "int" && declaration.kind !== "real") return [];
  const count = Math.min(points, levels);
  if (count === 1) return [dimension.fromUnit(0.5)];
  const { min, max } = declaration;
  const values = Array.from({ length: count }, (_, index) => {
    const share = index / (count - 1);
    if (share === 0 || share === 1) return share === 0 ? min : max;
    const value = dimension.isLogarithmic ? min * (max / min) ** share : min + share * (max - min);
    return declaration.kind === "int" ? Math.round(value) : value;
  });
  return [...new Set(values)];
}
