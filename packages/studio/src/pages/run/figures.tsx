import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Curve, RunDetail } from "versant/studio-api";
import { format, text } from "../../app/preferences.js";
import { paceOf } from "./pace.js";

/** How far a run is, how fast it goes, and what it reached. */
export function Figures(props: {
  readonly detail: RunDetail;
  readonly curves: Readonly<Record<string, Curve>>;
}): JSX.Element {
  const { detail, curves } = props;
  const { run, totalEpochs } = detail;
  const { run: words } = text.value;
  const seconds = useSeconds(detail);
  const { stepsPerSecond, secondsLeft } = paceOf(detail, curves);
  const { number, integer, duration } = format.value;
  const step = Math.max(run.steps, curves["step.loss"]?.step.at(-1) ?? 0);
  const rate = curves.learningRate?.value.at(-1);
  const best = bestOf(curves["validation.loss"]);
  const figures: readonly (readonly [name: string, value: string, note?: string | undefined])[] = [
    [
      words.epoch(integer(run.epochs), totalEpochs === null ? null : integer(totalEpochs)),
      `${integer(step)}`,
      words.stepAxis,
    ],
    [words.elapsed, duration(seconds)],
    ...(secondsLeft === null ? [] : [[words.left, duration(Math.round(secondsLeft))] as const]),
    ...(stepsPerSecond === null
      ? []
      : [
          [
            words.throughput,
            words.perSecond(number(Number(stepsPerSecond.toPrecision(3)))),
          ] as const,
        ]),
    ...(rate == null ? [] : [[words.learningRate, number(rate)] as const]),
    ...(best === null
      ? []
      : [
          [
            words.best("validation.loss"),
            number(best.value),
            best.epoch === null ? undefined : words.atEpoch(integer(best.epoch)),
          ] as const,
        ]),
    ...Object.entries(run.scores)
      .filter(([name]) => name.startsWith("test."))
      .slice(0, 3)
      .map(([name, value]) => [name, format.value.value(value)] as const),
  ];
  return (
    <section class="card figures" aria-label={words.progress}>
      {run.state === "running" && run.progress !== null && (
        <progress aria-label={words.progress} value={run.progress} max={1} />
      )}
      <dl>
        {figures.map(([name, value, note]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value} {note && <small>{note}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The lowest value and its epoch; of a curve that has fewer points than epochs it is not known which. */
function bestOf(curve: Curve | undefined): { value: number; epoch: number | null } | null {
  let best: { value: number; epoch: number } | null = null;
  for (const [index, value] of (curve?.lowest ?? curve?.value ?? []).entries()) {
    if (value !== null && (best === null || value < best.value)) best = { value, epoch: index + 1 };
  }
  return best && { ...best, epoch: curve?.lowest ? null : best.epoch };
}

/** Since it began, for a run that trains; what was recorded, for one that is over. */
function useSeconds({ run }: RunDetail): number {
  const [now, setNow] = useState(Date.now);
  const isRunning = run.state === "running";
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return isRunning
    ? Math.max(0, (now - Date.parse(run.started)) / 1000)
    : (run.seconds ??
        Math.max(0, (Date.parse(run.ended ?? run.started) - Date.parse(run.started)) / 1000));
}
