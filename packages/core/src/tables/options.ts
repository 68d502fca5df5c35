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

/** One feature a category, 1 for that of the row; or its index, for a learned embedding. */
export interface CategoryEncoding {
  readonly as: "oneHot" | "index";
  /** What a category does that training did not hold: an error, or a slot of its own. Default "error". */
  readonly unknown?: "error" | "slot";
  /** The same for what is missing. Default "error". */
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
