import { SingleBar } from "cli-progress";
import type { SearchProgress } from "../tune/search.js";
import { formatDuration } from "./format.js";

export interface SearchBar {
  /** Writes above the bar. */
  write(line: string): void;
  stop(): void;
}

const cells = 20;

/** One line at the foot of a terminal, which says how far the trials are; elsewhere nothing but the lines. */
export function searchBar(stream: NodeJS.WriteStream, progress: () => SearchProgress): SearchBar {
  const started = performance.now();
  const { done } = progress();
  const bar = new SingleBar({
    stream,
    fps: 2,
    hideCursor: true,
    clearOnComplete: true,
    format: () => {
      const seconds = (performance.now() - started) / 1000;
      return searchLine(progress(), seconds, done).slice(0, stream.columns);
    },
  });
  const stop = (): void => bar.stop();
  if (stream.isTTY) {
    bar.start(1, 0);
    // Gives the terminal its cursor back, also when a second Ctrl-C ends the process.
    process.once("exit", stop);
  }
  return {
    write(line) {
      if (stream.isTTY) bar.stop();
      stream.write(`${line}\n`);
      if (stream.isTTY) bar.start(1, 0);
    },
    stop() {
      process.off("exit", stop);
      bar.stop();
    },
  };
}

/**
 * "trials 12/40 ██████░░░░░░░░░░░░░░  30% | 3:20 left | trial 13 epoch 4/10 | trial 14 epoch 1/10"
 *
 * @param seconds since the search began, or went on
 * @param before trials that were there then
 */
export function searchLine(
  { done, trials, running }: SearchProgress,
  seconds: number,
  before: number,
): string {
  const fraction = done / trials;
  const filled = Math.floor(cells * fraction);
  const left = ((trials - done) * seconds) / (done - before);
  return [
    `trials ${done}/${trials} ${"█".repeat(filled)}${"░".repeat(cells - filled)} ` +
      `${String(Math.floor(100 * fraction)).padStart(3)}%`,
    ...(done > before ? [`${formatDuration(left)} left`] : []),
    ...running.map(({ number, epoch, epochs }) => `trial ${number} epoch ${epoch}/${epochs}`),
  ].join(" | ");
}
