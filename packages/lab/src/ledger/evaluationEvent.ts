/** A score with its 95 % interval; NaN where it is not defined. */
export interface ScoreRecord {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Wilson's interval of a share, the percentiles of a bootstrap, or its basic interval. */
  readonly method: "Wilson" | "bootstrap" | "basic bootstrap";
}

/** Samples that have something in common, and how good the model is at them. */
export interface SliceRecord {
  /** What they have in common: the expected class, or a column. */
  readonly by: string;
  readonly value: string;
  readonly samples: number;
  readonly score: ScoreRecord;
  /** How probable so bad a score is by chance, with Holm's correction for all slices. */
  readonly p: number;
  /** Whether p is below 0.05. */
  readonly isWorse: boolean;
}

/** The difference of a score, B - A, over the same samples. */
export interface DifferenceRecord {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The share of draws in which B is better; equal ones count one half. */
  readonly better: number;
}

/** Another model over the same samples: B, where the evaluated one is A. */
export interface ComparisonRecord {
  /** A run, or the name of a file. */
  readonly name: string;
  /** SHA-256 of its file. */
  readonly model: string;
  readonly differences: readonly DifferenceRecord[];
  /** McNemar's exact test, of classes: samples that only one of the two got right. */
  readonly mcNemar?: { readonly onlyA: number; readonly onlyB: number; readonly p: number };
  /** By the leading score: whether its interval leaves out 0. */
  readonly verdict: "B is better" | "A is better" | "no difference";
}

/** What a model is worth on some data. */
export interface EvaluationRecord {
  /** A run, or the name of a file. */
  readonly name: string;
  /** SHA-256 of the model's file, or of the checkpoint that its weights are of. */
  readonly model: string;
  readonly data: {
    /** A file, a folder, or a part of the experiment's own data. */
    readonly name: string;
    /** SHA-256 of the file; of a folder, over the paths and hashes of its files. */
    readonly hash: string;
    readonly rows: number;
    /** Rows that could not be used. */
    readonly skipped: number;
  };
  /** Columns of the expected answers; none where the data are a part of the experiment's own. */
  readonly target: readonly string[];
  readonly resamples: number;
  readonly seed: number;
  readonly scores: readonly ScoreRecord[];
  readonly slices: readonly SliceRecord[];
  readonly against?: ComparisonRecord;
}
