/** "random": filter-normalised; "path": the principal components of the training. */
export const landscapeDirections = ["random", "path"] as const;

/** Parts whose loss may be looked at as often as one likes; of test data each look counts. */
export const landscapeParts = ["train", "validation"] as const;

/** How the loss of a run's model looks around its weights: what was looked at, and what stands out. */
export interface LandscapeRecord {
  readonly directions: (typeof landscapeDirections)[number];
  readonly part: (typeof landscapeParts)[number];
  /** SHA-256 of the weights at (0, 0). */
  readonly weights: string;
  /** Samples that were measured, and that the part has. */
  readonly looked: number;
  readonly samples: number;
  /** Places along each side. */
  readonly grid: number;
  /** Of random directions. */
  readonly seed: number;
  /** At (0, 0), and the lowest and highest of the grid; null where it is not finite. */
  readonly loss: number | null;
  readonly lowest: number | null;
  readonly highest: number | null;
  /** Second derivative along each axis at (0, 0), by finite differences of a step of the grid. */
  readonly curvature: readonly [x: number | null, y: number | null];
  /** The share of the path's variance along each axis. */
  readonly explained?: readonly [x: number, y: number];
  /** All of it, a training that was done again included. */
  readonly seconds: number;
  /** Object with a `Landscape` as JSON. */
  readonly object: string;
}

/** The content of the object. */
export interface Landscape {
  /** Places along the axes: of random directions 1 is as far as each filter's own norm, else the distance of weights. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** A row for each y; null where the loss is not finite. */
  readonly loss: readonly (readonly (number | null)[])[];
  /** Where training went, from its start to its end; absent for random directions. */
  readonly path?: readonly LandscapePoint[];
}

/** A state of the training, projected on the plane. */
export interface LandscapePoint {
  /** Complete epochs, and the share of the one that was on its way. */
  readonly epoch: number;
  readonly step: number;
  readonly x: number;
  readonly y: number;
  /** Of the state itself, not of its projection. */
  readonly loss: number | null;
}

/** A landscape with what its event says of it. */
export interface RecordedLandscape extends LandscapeRecord {
  /** Of the event. */
  readonly sequence: number;
  readonly content: Landscape;
}
