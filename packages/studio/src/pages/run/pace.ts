import { indexAt } from "versant/figures";
import type { Curve, RunDetail } from "versant/studio-api";

/** Milliseconds that the pace is taken from, at least: losses come in together, with one time. */
const recent = 2000;

export interface Pace {
  /** Of late; null where nothing can be said. */
  readonly stepsPerSecond: number | null;
  /** Until the last epoch; null where the run is over, or does not say how many epochs it is to have. */
  readonly secondsLeft: number | null;
}

/** How fast a run goes, and how long it will take: by its losses of the last seconds, else by its last epochs. */
export function paceOf(detail: RunDetail, curves: Readonly<Record<string, Curve>>): Pace {
  const { run, totalEpochs, started } = detail;
  const isOver = run.state !== "running";
  if (isOver) {
    const { seconds, steps } = run;
    return { stepsPerSecond: seconds ? steps / seconds : null, secondsLeft: null };
  }
  const stepsPerSecond = paceOfSteps(curves["step.loss"]);
  if (totalEpochs === null || run.paused) return { stepsPerSecond, secondsLeft: null };
  const { batches } = started.payload;
  const step = curves["step.loss"]?.step.at(-1) ?? run.steps;
  const bySteps =
    batches && stepsPerSecond ? (totalEpochs * batches - step) / stepsPerSecond : null;
  const seconds = (curves["epoch.seconds"]?.value ?? []).filter((each) => each !== null).slice(-5);
  const byEpochs =
    seconds.length > 0
      ? ((totalEpochs - run.epochs) * seconds.reduce((a, b) => a + b, 0)) / seconds.length
      : null;
  const left = byEpochs ?? bySteps;
  return { stepsPerSecond, secondsLeft: left === null ? null : Math.max(0, left) };
}

/** Losses that were recorded together have one time: it counts from the last of one record to that of another. */
function paceOfSteps(curve: Curve | undefined): number | null {
  if (!curve || curve.step.length < 2) return null;
  const { step, time } = curve;
  const last = step.length - 1;
  const first = indexAt(time, Math.max(time[0] ?? 0, (time[last] ?? 0) - recent));
  const steps = (step[last] ?? 0) - (step[first] ?? 0);
  const seconds = ((time[last] ?? 0) - (time[first] ?? 0)) / 1000;
  return seconds > 0 ? steps / seconds : null;
}
