import { ArgumentError, describeValue } from "../array/index.js";
import { requireAtLeastZero } from "../optim/check.js";
import type { TrainingContext } from "./callbacks.js";
import { type EpochRecord, scoreAt } from "./history.js";

export interface MonitorOptions {
  /** The score to watch, such as "validation.accuracy". Default "validation.loss". */
  readonly monitor?: string;
  /** What is better by less than this is no improvement. */
  readonly minimumChange?: number;
  /** Whether small or large scores are good. Default "min" for a loss; to be said for a metric. */
  readonly mode?: "min" | "max";
}

/** The best score so far, for callbacks that wait for a better one. */
export class Monitor {
  readonly path: string;
  readonly #operation: string;
  readonly #minimumChange: number;
  readonly #isRelative: boolean;
  readonly #sign: 1 | -1;
  #best: { readonly epoch: number; readonly score: number } | undefined;

  /**
   * @param isRelative the least change is a share of the best score
   * @throws ArgumentError when an option is out of its range or `mode` is needed
   */
  constructor(operation: string, options: MonitorOptions, isRelative = false) {
    const { monitor = "validation.loss", minimumChange = 0 } = options;
    if (typeof monitor !== "string") {
      throw new ArgumentError(
        `${operation}: received monitor ${describeValue(monitor)}, expected the name of a score, ` +
          'such as "validation.loss".',
      );
    }
    const { mode = monitor.endsWith(".loss") ? "min" : undefined } = options;
    requireAtLeastZero(operation, "minimumChange", minimumChange);
    if (mode !== "min" && mode !== "max") {
      throw new ArgumentError(
        `${operation}: received mode ${describeValue(mode)} for "${monitor}", expected "min" (an ` +
          'error, the smaller the better) or "max" (an accuracy, the larger the better).',
      );
    }
    this.path = monitor;
    this.#operation = operation;
    this.#minimumChange = minimumChange;
    this.#isRelative = isRelative;
    this.#sign = mode === "min" ? 1 : -1;
  }

  get best(): { readonly epoch: number; readonly score: number } | undefined {
    return this.#best;
  }

  /** @throws ArgumentError when a fit that begins will have no such score */
  requireScore({ scoreNames }: TrainingContext): void {
    if (scoreNames.includes(this.path)) return;
    const isMeasured = scoreNames.some((name) => name.startsWith("validation."));
    throw new ArgumentError(
      `${this.#operation}: received monitor "${this.path}", expected one of ` +
        `${scoreNames.join(", ")}${isMeasured ? "" : "; fit was called without validation data"}.`,
    );
  }

  /** Goes on from `{ best }` of a saved state. */
  restore(values: unknown): void {
    const { best } = (values ?? {}) as { best?: { epoch: number; score: number } | null };
    this.#best = best ?? undefined;
  }

  reset(): void {
    this.#best = undefined;
  }

  /** True for an epoch that is better than all before; it is the best then. */
  improves(record: EpochRecord): boolean {
    const score = scoreAt(record, this.path);
    if (!this.#isBetter(score)) return false;
    this.#best = { epoch: record.epoch, score };
    return true;
  }

  #isBetter(score: number): boolean {
    if (Number.isNaN(score)) return false;
    if (!this.#best) return true;
    const unit = this.#isRelative ? Math.abs(this.#best.score) : 1;
    return this.#sign * (this.#best.score - score) > this.#minimumChange * unit;
  }
}
