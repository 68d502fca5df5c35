import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Curve } from "versant/studio-api";
import { refined, type StepRange } from "./curves.js";
import type { ChartCurve } from "./table.js";

/** Finer points of the curves of a chart, by the names that they have there. */
export type Finer = (
  range: StepRange,
  signal: AbortSignal,
) => Promise<Readonly<Record<string, Curve>>>;

interface Zoom {
  /** What is looked at closer; undefined for all. */
  readonly range: () => StepRange | undefined;
  /** Looks closer, or at everything again. */
  readonly look: (range: StepRange | undefined) => void;
  /** The curves with the finer points that are here. */
  readonly shown: readonly ChartCurve[];
}

/** Asks for finer points of what somebody looks at closer; until they are here, and where none come, it has the known ones. */
export function useZoom(curves: readonly ChartCurve[], finer: Finer | undefined): Zoom {
  const found = useMemo(
    () => signal<{ readonly range: StepRange; readonly by: Awaited<ReturnType<Finer>> }>(),
    [],
  );
  const current = useRef<StepRange | undefined>(undefined);
  const asking = useRef<AbortController>(undefined);
  const latest = useRef(finer);
  latest.current = finer;
  useEffect(() => () => asking.current?.abort(), []);

  const look = (range: StepRange | undefined): void => {
    const { from, to } = current.current ?? {};
    if (range?.from === from && range?.to === to) return;
    current.current = range;
    asking.current?.abort();
    found.value = undefined;
    if (!range || !latest.current) return;
    const abort = new AbortController();
    asking.current = abort;
    latest.current(range, abort.signal).then(
      (by) => {
        if (!abort.signal.aborted) found.value = { range, by };
      },
      // A page whose server does not answer says so; the curve stays as it is.
      () => {},
    );
  };

  const closer = found.value;
  const shown = useMemo(
    () =>
      closer === undefined
        ? curves
        : curves.map((each) => {
            const points = closer.by[each.name];
            return points ? { ...each, curve: refined(each.curve, points, closer.range) } : each;
          }),
    [curves, closer],
  );
  return { range: () => current.current, look, shown };
}
