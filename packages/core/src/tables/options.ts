/** What stands where a number or a date is missing: a statistic of the training part, or a number. */
export type Fill = "mean" | "median" | number;

export interface Filling {
  /** Default: a missing value is an error. */
  readonly missing?: Fill;
  /** One more feature, 1 where the value was missing and 0 elsewhere; only beside `missing`. Default false. */
  readonly flag?: boolean;
}

/** A number, or a boolean as 1 and 0, as it is, or (x - mean) / standard deviation of the training part (divided by N). */
export interface NumberEncoding extends Filling {
  readonly as: "number" | "standard";
}

/**
 * One feature a category, 1 for that of the row; or its index, for a learned embedding. One-hot features
 * are for categories that recur: a column of which most rows have one of their own is refused.
 */
export interface CategoryEncoding {
  readonly as: "oneHot" | "index";
  /**
   * What becomes of a category that training did not hold.
   * - "error", the default.
   * - "slot": a feature or an index of its own, which it shares with the categories of training that are
   *   met fewer than `minimumCount` times. There has to be such a one: weights that no row of training
   *   moves would stay as they were drawn, and so would decide predictions by the seed.
   * - "mean", for "oneHot" only: the mean of the one-hot rows of training, which is how often each
   *   category stands among them. A linear layer then answers as for the average row.
   */
  readonly unknown?: "error" | "slot" | "mean";
  /** Categories that fewer rows have are not told apart; only beside unknown "slot". Default 1. */
  readonly minimumCount?: number;
  /**
   * What is missing is an error, or has a feature or an index of its own, which is learnt if training has
   * such rows. Default "error".
   */
  readonly missing?: "error" | "slot";
}

/**
 * Of a date in UTC: "time" in milliseconds and "year" are standardised. The others are two features, sin
 * 2 pi t and cos 2 pi t of where the date stands in a cycle: t = month / 12 (January is 0), (day of the
 * month - 1) / 31, day of the week / 7 (Sunday is 0), and hour / 24 with minutes and seconds as its
 * fraction.
 */
export type DatePart = "time" | "year" | "month" | "dayOfMonth" | "dayOfWeek" | "hour";

export interface DateEncoding extends Filling {
  readonly as: "date";
  readonly parts: readonly DatePart[];
}

/** How a column becomes features. */
export type Encoding = NumberEncoding | CategoryEncoding | DateEncoding;
