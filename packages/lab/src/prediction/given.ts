/** A sample as a file holds it. */
export interface Given {
  /** What stands beside its answer: the cell of a column, the path of an image, else its number from 1. */
  readonly id: string;
  /** Where it stands, for errors: "flats.csv, line 7". */
  readonly place: string;
  readonly sample: unknown;
}
