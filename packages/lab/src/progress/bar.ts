import type { Callback, Scores, TrainingContext } from "@versant/core";
import { SingleBar } from "cli-progress";
import { formatCount, formatDuration, formatScores } from "./format.js";

const cells = 20;
const drawsPerSecond = 10;

/**
 * One line on a terminal: progress, samples a second, time left, loss and metrics. It is drawn by a
 * timer that looks at the state of training, so that a batch costs nothing.
 */
export function progressBar(stream: NodeJS.WriteStream): Callback {
  let bar: SingleBar | undefined;
  let validation: Scores | undefined;
  // Gives the terminal its cursor back, also when a second Ctrl-C ends the process.
  const stop = (): void => bar?.stop();
  return {
    onFitStart(context) {
      const started = performance.now();
      const draw = (): string =>
        progressLine(context, (performance.now() - started) / 1000, validation);
      bar = new SingleBar({
        stream,
        fps: drawsPerSecond,
        hideCursor: true,
        format: () => draw().slice(0, stream.columns),
      });
      bar.start(1, 0);
      process.once("exit", stop);
    },
    onEpochEnd(_, record) {
      validation = record.validation;
    },
    onFitEnd() {
      process.off("exit", stop);
      stop();
    },
  };
}

/**
 * The state of training in a line.
 *
 * @param seconds since training started
 * @param validation scores after the last complete epoch, if there are some
 */
export function progressLine(
  context: Pick<
    TrainingContext,
    "epoch" | "firstEpoch" | "lastEpoch" | "batch" | "batches" | "samples" | "scores" | "history"
  >,
  seconds: number,
  validation?: Scores,
): string {
  const { epoch, firstEpoch, lastEpoch, batch, batches, samples, history } = context;
  const epochs = epoch - firstEpoch + batch / batches;
  const fraction = epochs / (lastEpoch - firstEpoch + 1);
  const filled = Math.floor(cells * fraction);
  const rate = (epochs * samples) / seconds;
  const scores = batch > 0 ? context.scores() : history.epochs.at(-1)?.train;
  return [
    `epoch ${String(epoch).padStart(String(lastEpoch).length)}/${lastEpoch} ` +
      `${"█".repeat(filled)}${"░".repeat(cells - filled)} ` +
      `${String(Math.floor(100 * fraction)).padStart(3)}%`,
    ...(epochs > 0
      ? [`${formatCount(rate)} samples/s`, `${formatDuration(seconds / fraction - seconds)} left`]
      : []),
    ...(scores ? [formatScores(scores)] : []),
    ...(validation ? [formatScores(validation, "validation ")] : []),
  ].join(" | ");
}
