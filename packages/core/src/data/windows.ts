import {
  ArgumentError,
  describeValue,
  formatShape,
  requireCount,
  requireInstance,
  requireOptions,
  ShapeError,
} from "../array/index.js";
import { arange, evaluate, slice, Tensor, tensor } from "../tensor/index.js";
import { type Dataset, Subset } from "./dataset.js";
import { type Scale, scaleOf } from "./scale.js";

export interface WindowsOptions {
  /** Steps of the past that a sample shows, L. */
  readonly past: number;
  /** Steps after them that are to be forecast, H. Default 1. */
  readonly horizon?: number;
  /** Steps from one sample to the next. Default 1. */
  readonly stride?: number;
  /** The variables to forecast, by their positions on the last axis. Default: all. */
  readonly targets?: readonly number[];
}

/**
 * Windows of a time series: sample i has the steps from i stride on as inputs (L, V), and the H steps
 * that follow as targets (H, V'). The series stays as it is, and overlapping windows are gathered
 * where they are used.
 *
 * A series that begins at step 0 has floor((T - L - H) / stride) + 1 samples.
 */
export class Windows implements Dataset<readonly [Tensor, Tensor]> {
  /** Number of samples. */
  readonly length: number;
  /** Steps a sample shows, and steps it asks for. */
  readonly past: number;
  readonly horizon: number;
  readonly stride: number;
  /**
   * For `splitByTime`: the samples to leave out before a cut so that no step that training forecasts
   * is forecast in the test.
   */
  readonly gap: number;
  readonly #series: Tensor;
  readonly #targets: Tensor | undefined;

  /** @throws ShapeError, ArgumentError as `windows` */
  constructor(series: Tensor, options: WindowsOptions) {
    requireOptions("windows", options, ["past", "horizon", "stride", "targets"]);
    const [steps, variables] = seriesShape("windows", series);
    const { past, horizon = 1, stride = 1, targets } = options;
    for (const [name, value] of Object.entries({ past, horizon, stride })) {
      requireCount("windows", name, value);
    }
    if (steps < past + horizon) {
      throw new ArgumentError(
        `windows: received ${steps} steps with a past of ${past} and a horizon of ${horizon}, ` +
          `expected at least ${past + horizon}; use a shorter past or a longer series.`,
      );
    }
    if (targets !== undefined) requireVariables(targets, variables);
    this.past = past;
    this.horizon = horizon;
    this.stride = stride;
    this.length = Math.floor((steps - past - horizon) / stride) + 1;
    this.gap = Math.ceil(horizon / stride) - 1;
    // Otherwise every batch would compute the whole series again.
    evaluate([series]);
    this.#series = series.rank === 1 ? series.unsqueeze(1) : series;
    this.#targets = targets && tensor(Int32Array.from(targets));
  }

  /** Inputs (N, L, V) and targets (N, H, V'). */
  take(indices: Tensor): readonly [Tensor, Tensor] {
    const starts = indices.cast("int32").mul(this.stride).unsqueeze(1);
    const rows = this.#series.take(starts.add(arange(this.past + this.horizon)));
    const inputs = rows.at(slice(), slice(0, this.past));
    const future = rows.at(slice(), slice(this.past));
    return [inputs, this.#targets ? future.take(this.#targets, 2) : future];
  }

  /**
   * Steps of the series, from the first one on, up to the last that a part of the windows shows or asks
   * for. Parts count windows: n of them, one step apart, reach over n + L + H - 1 steps.
   *
   * @param part a part of this dataset, or the indices of its windows
   * @throws ArgumentError when there is no window, or one is not among these
   */
  stepsOf(part: Subset | ArrayLike<number>): number {
    const { indices } = part instanceof Subset ? part : new Subset(this, part);
    const last = indices.reduce((most, index) => Math.max(most, index));
    if (last < this.length) return last * this.stride + this.past + this.horizon;
    throw new ArgumentError(
      `Windows.stepsOf: received window ${last}, expected windows from 0 to ${this.length - 1}; the ` +
        "part is of another dataset.",
    );
  }
}

/**
 * A series in windows, as a dataset.
 *
 * ```ts
 * const all = windows(series, { past: 28, horizon: 7 });
 * const [train, test] = splitByTime(all, [0.8, 0.2], { gap: all.gap });
 * ```
 *
 * With a series that is standardised by what training knows, which are more steps than `train` has
 * windows:
 *
 * ```ts
 * const [known] = splitByTime(all.length, [0.8, 0.2], { gap: all.gap });
 * const { series: scaled } = standardizeSeries(series, { fitOn: all.stepsOf(known) });
 * const samples = windows(scaled, { past: 28, horizon: 7 });
 * ```
 *
 * @param series (T,) or (T, V): T steps of V variables
 * @throws ShapeError for a series of another rank
 * @throws ArgumentError when an option is out of its range, or the series is shorter than one window
 */
export const windows = (series: Tensor, options: WindowsOptions): Windows =>
  new Windows(series, options);

/** A series whose variables have mean 0 and deviation 1 over the first of its steps. */
export interface StandardizedSeries {
  /** (x - mean) / deviation, float32 in the shape that was given. */
  readonly series: Tensor;
  /**
   * Of each variable, float32 (V,), as is the deviation: x is series * deviation + mean, but for the
   * rounding of float32.
   */
  readonly mean: Tensor;
  readonly deviation: Tensor;
}

/**
 * Standardises every variable by mean and deviation (of the population) of its first `fitOn` steps
 * alone: those of the training part. What comes after must not be known, not even by its mean. A
 * variable that does not change there is divided by 1. Computed in float64 and rounded once.
 *
 * @param series (T,) or (T, V)
 * @param options.fitOn steps from the start on that are known in training: `stepsOf` of `windows` says
 *   how many a part of windows knows, whose length counts windows
 * @throws ShapeError for a series of another rank
 * @throws ArgumentError when fitOn is not an integer from 1 to T, or a value among them is not finite
 */
export function standardizeSeries(
  series: Tensor,
  options: { readonly fitOn: number },
): StandardizedSeries {
  requireOptions("standardizeSeries", options, ["fitOn"]);
  const [steps, variables] = seriesShape("standardizeSeries", series);
  const { fitOn } = options;
  requireCount("standardizeSeries", "fitOn", fitOn);
  if (fitOn > steps) {
    throw new ArgumentError(
      `standardizeSeries: received fitOn ${fitOn}, expected at most ${steps}, the steps there are.`,
    );
  }
  const values = series.dataSync();
  const scales = Array.from({ length: variables }, (_, variable) => {
    const known = Float64Array.from({ length: fitOn }, (_, step) =>
      Number(values[step * variables + variable]),
    );
    const wrong = known.findIndex((value) => !Number.isFinite(value));
    const scale = scaleOf(known);
    if (wrong < 0 && Number.isFinite(scale.mean) && Number.isFinite(scale.deviation)) return scale;
    if (wrong < 0) {
      throw new ArgumentError(
        `standardizeSeries: the numbers of variable ${variable} are too large for a mean and a ` +
          "deviation, expected smaller ones; use a larger unit, or their logarithm.",
      );
    }
    throw new ArgumentError(
      `standardizeSeries: received ${known[wrong]} at step ${wrong} of variable ${variable}, ` +
        "expected finite numbers; fill what is missing first.",
    );
  });
  // In float64 up to the result: a mean rounded to float32 would shift what is far from 0.
  const scaled = Float32Array.from(values, (value, at) => {
    const { mean, deviation } = scales[at % variables] as Scale;
    return (value - mean) / deviation;
  });
  return {
    series: tensor(scaled, { shape: [...series.shape] }),
    mean: tensor(Float32Array.from(scales, ({ mean }) => mean)),
    deviation: tensor(Float32Array.from(scales, ({ deviation }) => deviation)),
  };
}

/** Steps and variables. */
function seriesShape(operation: string, series: unknown): [number, number] {
  requireInstance(operation, "the series", series, Tensor);
  const [steps, variables = 1] = series.shape;
  if (steps && variables > 0 && series.rank <= 2) return [steps, variables];
  throw new ShapeError(
    `${operation}: received a series ${formatShape(series.shape)}, expected (T,) or (T, V): T steps ` +
      "of V variables.",
  );
}

function requireVariables(targets: unknown, variables: number): void {
  const isList = Array.isArray(targets) && targets.length > 0;
  const inRange = (each: unknown): boolean =>
    Number.isInteger(each) && (each as number) >= 0 && (each as number) < variables;
  if (isList && targets.every(inRange)) return;
  const received = Array.isArray(targets) ? `[${targets.join(", ")}]` : describeValue(targets);
  throw new ArgumentError(
    `windows: received targets ${received}, expected a list of variables from 0 to ${variables - 1}.`,
  );
}
