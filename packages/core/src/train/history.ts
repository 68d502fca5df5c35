/** The loss and each metric by name. */
export type Scores = Readonly<Record<string, number>> & { readonly loss: number };

export interface EpochRecord {
  /** Counted from 1 over all calls of `fit` of a Trainer. */
  readonly epoch: number;
  /** Training and validation together, without pauses. */
  readonly seconds: number;
  /** At the end of the epoch. */
  readonly learningRate: number;
  /** Means over the samples, each as the model was when its batch came. */
  readonly train: Scores;
  /** Means over the validation data, of the model at the end of the epoch. */
  readonly validation?: Scores;
}

/** What a call of `fit` did. */
export interface History {
  /** Complete epochs. */
  readonly epochs: readonly EpochRecord[];
  /** The reason given by whoever stopped training, if somebody did. */
  readonly stopped?: string;
}

/** The score that a path such as "validation.loss" or "train.accuracy" names; NaN if there is none. */
export function scoreAt({ train, validation }: EpochRecord, path: string): number {
  const [part, ...rest] = path.split(".");
  const scores = part === "train" ? train : validation;
  return scores?.[rest.join(".")] ?? Number.NaN;
}
