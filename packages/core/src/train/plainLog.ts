import { ArgumentError, requireCount, requireInstance, requireOptions } from "../array/index.js";
import type { Callback, TrainingContext } from "./callbacks.js";
import type { Scores } from "./history.js";

export interface PlainLogOptions {
  /** Receives each line, without its end. */
  readonly write: (line: string) => void;
  /** Batches between two lines. Default 500. */
  readonly every?: number;
  /** The score to write. Default: the first metric, or the loss if there is none. */
  readonly metric?: string;
}

const rule = "-".repeat(59);

/**
 * A log for files and pipes: every so many batches the score over those batches, and after each
 * epoch its time and the score on validation data.
 *
 * ```text
 * | epoch   1 |   500/ 1782 batches | accuracy    0.714
 * -----------------------------------------------------------
 * | end of epoch   1 | time: 10.58s | valid accuracy    0.883
 * -----------------------------------------------------------
 * ```
 *
 * An epoch of fewer batches than that is one line, with the score over its training data as well:
 *
 * ```text
 * | end of epoch   1 | time:  0.58s | train accuracy    0.871 | valid accuracy    0.883
 * ```
 *
 * @throws ArgumentError when `every` is not an integer of at least 1; from `fit`, when there is no
 *   score named `metric`
 */
export function plainLog(options: PlainLogOptions): Callback {
  requireOptions("plainLog", options, ["write", "every", "metric"]);
  const { write, every = 500, metric } = options;
  requireCount("plainLog", "every", every);
  requireInstance("plainLog", "write", write, Function);
  let mark: Float64Array | undefined;
  /** Whether this epoch had a line of its own for some batches. */
  let hasLines = false;
  return {
    onEpochStart() {
      mark = undefined;
      hasLines = false;
    },
    onBatchEnd(context: TrainingContext) {
      const { epoch, batch, batches } = context;
      if (batch % every !== 0) return;
      const all = Number.isFinite(batches) ? String(batches) : "?";
      const count = `${String(batch).padStart(5)}/${all.padStart(5)} batches`;
      const score = formatScore(context.scores(mark), metric);
      mark = context.mark();
      hasLines = true;
      write(`| epoch ${String(epoch).padStart(3)} | ${count} | ${score}`);
    },
    onEpochEnd(_, { epoch, seconds, train, validation }) {
      const time = `time: ${seconds.toFixed(2).padStart(5)}s`;
      const scores = [
        ...(hasLines && validation ? [] : [`train ${formatScore(train, metric)}`]),
        ...(validation ? [`valid ${formatScore(validation, metric)}`] : []),
      ];
      if (hasLines) write(rule);
      write([`| end of epoch ${String(epoch).padStart(3)}`, time, ...scores].join(" | "));
      if (hasLines) write(rule);
    },
  };
}

/** The name and the value, as in "accuracy    0.714". */
function formatScore(scores: Scores, metric: string | undefined): string {
  const names = Object.keys(scores);
  const name = metric ?? names.find((each) => each !== "loss") ?? "loss";
  const value = scores[name];
  if (value === undefined) {
    throw new ArgumentError(
      `plainLog: received metric "${name}", expected one of ${names.join(", ")}.`,
    );
  }
  // Three decimals show nothing of a small loss.
  const small = value !== 0 && Math.abs(value) < 0.001;
  return `${name} ${(small ? value.toExponential(2) : value.toFixed(3)).padStart(8)}`;
}
