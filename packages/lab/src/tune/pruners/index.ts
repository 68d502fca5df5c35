import { halvingPruner, hyperbandPruner } from "./halving.js";
import { medianPruner } from "./median.js";
import type { Pruner } from "./pruner.js";

export interface PrunerSettings {
  /** Epochs between two reports: the first rung. */
  readonly reportEvery: number;
  /** Epochs of a trial that is not pruned. */
  readonly epochs: number;
}

const pruners: Readonly<Record<string, (settings: PrunerSettings) => Pruner | undefined>> = {
  none: () => undefined,
  median: () => medianPruner(),
  halving: ({ reportEvery }) => halvingPruner({ minimum: reportEvery }),
  hyperband: ({ reportEvery, epochs }) =>
    hyperbandPruner({ minimum: reportEvery, maximum: epochs }),
};

export const prunerNames = Object.keys(pruners);

/** The pruner of a name; undefined for "none". */
export const makePruner = (name: string, settings: PrunerSettings): Pruner | undefined =>
  pruners[name]?.(settings);
