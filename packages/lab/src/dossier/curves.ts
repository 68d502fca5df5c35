import type { Event } from "../ledger/events.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve; where points stand for several values, between which values these lie. */
export interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
  readonly band?: readonly { readonly x: number; readonly low: number; readonly high: number }[];
}

type TrainingEvent = Event<"epoch"> | Event<"steps"> | Event<"run.resumed">;

/**
 * What was trained and kept: when a run goes on from a checkpoint, what came behind the checkpoint was
 * trained again.
 */
function kept<T extends Event<"epoch"> | Event<"steps">>(
  events: readonly TrainingEvent[],
  isKind: (event: TrainingEvent) => event is T,
  startOf: (event: T) => number,
): T[] {
  let found: T[] = [];
  for (const event of events) {
    if (isKind(event)) found.push(event);
    else if (event.type === "run.resumed") {
      const { step } = event.payload.from;
      found = found.filter((each) => startOf(each) < step);
    }
  }
  return found;
}

/** Complete epochs, each once. */
export function epochsOf(events: readonly TrainingEvent[]): Event<"epoch">[] {
  const isEpoch = (event: TrainingEvent): event is Event<"epoch"> => event.type === "epoch";
  // The epoch that ends at the checkpoint's step stands before it.
  const all = kept(events, isEpoch, ({ payload }) => payload.step - 1);
  return [...new Map(all.map((event) => [event.payload.epoch, event])).values()];
}

/** Names with the loss first: what training lowers, then what people look at. */
export const lossFirst = (names: Iterable<string>): string[] =>
  [...names].sort((a, b) => Number(b === "loss") - Number(a === "loss"));

/** By metric, how training and validation went over the epochs. */
export function epochCurves(
  epochs: readonly Event<"epoch">[],
): { readonly metric: string; readonly curves: readonly Curve[] }[] {
  const metrics = new Set(
    epochs.flatMap(({ payload: { train, validation = {} } }) => [
      ...Object.keys(train),
      ...Object.keys(validation),
    ]),
  );
  return lossFirst(metrics).map((metric) => ({
    metric,
    curves: (["train", "validation"] as const).flatMap((part) => {
      const points = epochs.flatMap(({ payload }) => {
        const score = payload[part]?.[metric];
        return score === undefined ? [] : [{ x: payload.epoch, y: score }];
      });
      return points.length > 0 ? [{ name: part, points }] : [];
    }),
  }));
}

/** More points than these are not seen apart. */
const mostPoints = 300;

/** The losses of batches over the run, thinned again to what a page shows; extremes are kept. */
export function stepCurve(events: readonly TrainingEvent[]): Curve | undefined {
  const isSteps = (event: TrainingEvent): event is Event<"steps"> => event.type === "steps";
  const rows = kept(events, isSteps, ({ payload }) => payload.first).flatMap(({ payload }) =>
    payload.mean.map((mean, index) => ({
      x: payload.first + Math.min(payload.batches, (index + 1) * payload.stride),
      y: mean,
      low: payload.lowest?.[index] ?? mean,
      high: payload.highest?.[index] ?? mean,
    })),
  );
  if (rows.length === 0) return undefined;
  const size = Math.ceil(rows.length / mostPoints);
  const groups = Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
  const last = (group: typeof rows): number => group.at(-1)?.x ?? 0;
  return {
    name: "steps",
    points: groups.map((group) => ({
      x: last(group),
      y: group.reduce((sum, { y }) => sum + y, 0) / group.length,
    })),
    band: groups.map((group) => ({
      x: last(group),
      low: Math.min(...group.map(({ low }) => low)),
      high: Math.max(...group.map(({ high }) => high)),
    })),
  };
}
