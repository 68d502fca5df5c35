/** A sample as a file holds it. */
export interface Given {
  /** What stands beside its answer: the cell of a column, the path of an image, else its number from 1. */
  readonly id: string;
  /** Where it stands, for errors: "flats.csv, line 7". */
  readonly place: string;
  readonly sample: unknown;
  /** What stands there and is asked for, and is no part of the sample. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

/** What of a file is read, and who reads it. */
export interface GivenOptions {
  /** Stands before errors. Default "predict". */
  readonly operation?: string | undefined;
  /** The column, or the field, that names a sample. */
  readonly id?: string | undefined;
  /** The column, or the field, that holds the sample, where that is a text, an image or a list. */
  readonly column?: string | undefined;
  /**
   * Columns, or fields, that are wanted beside the sample; no part of it, unless the model reads what has
   * this name.
   */
  readonly beside?: readonly string[] | undefined;
}
