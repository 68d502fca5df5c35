import type { LedgerEvent } from "./events.js";

/** A value after so many updates. */
export interface Point {
  readonly step: number;
  readonly time: string;
  readonly value: number;
}

/** Curves by name: "train.loss", "validation.accuracy", "test.loss", "step.loss", "learningRate". */
export type Series = ReadonlyMap<string, readonly Point[]>;

/**
 * The curves of one run. Where it went back to a checkpoint, what it did a second time stands in the
 * place of the first. "step.loss" is the mean of the batches since the point before; "step.lowest" and
 * "step.highest" are there where points stand for several batches.
 *
 * @param events all of one run, in order
 */
export function seriesOf(events: readonly LedgerEvent[]): Series {
  const series = new Map<string, Point[]>();
  const add = (name: string, step: number, time: string, value: number | undefined): void => {
    if (value === undefined) return;
    const points = series.get(name);
    const point = { step, time, value };
    if (points) points.push(point);
    else series.set(name, [point]);
  };
  let last = 0;
  for (const event of events) {
    const { time } = event;
    switch (event.type) {
      case "run.resumed": {
        const { step } = event.payload.from;
        for (const [name, points] of series) {
          const kept = points.filter((point) => point.step <= step);
          if (kept.length > 0) series.set(name, kept);
          else series.delete(name);
        }
        last = step;
        break;
      }
      case "steps": {
        const { first, stride, batches, mean, lowest, highest, learningRate } = event.payload;
        mean.forEach((value, index) => {
          last = first + Math.min((index + 1) * stride, batches);
          add("step.loss", last, time, value);
          if (lowest) add("step.lowest", last, time, lowest[index]);
          if (highest) add("step.highest", last, time, highest[index]);
        });
        add("learningRate", last, time, learningRate);
        break;
      }
      case "epoch": {
        const { step, train, validation = {} } = event.payload;
        last = step;
        for (const [part, scores] of Object.entries({ train, validation })) {
          for (const [name, score] of Object.entries(scores)) {
            add(`${part}.${name}`, step, time, score);
          }
        }
        break;
      }
      case "test":
        for (const [name, score] of Object.entries(event.payload.scores ?? {})) {
          add(`test.${name}`, last, time, score);
        }
        break;
      default:
    }
  }
  return series;
}
