import type { Event, RunDetail } from "versant/studio-api";

/** What a run stood on when it was at a step. */
export interface Background {
  readonly step: number;
  readonly data: string;
  readonly code: string;
  readonly commit: string | undefined;
  readonly hasChanges: boolean;
  /** The last ones before the step; undefined where there was none by then. */
  readonly checkpoint: Event<"checkpoint"> | undefined;
  readonly steering: Event<"steer.applied"> | undefined;
  /** The last decision that was recorded by the time of the step. */
  readonly decision: Event<"decision"> | undefined;
}

const lastBefore = <T extends { readonly payload: { readonly place: { readonly step: number } } }>(
  events: readonly T[],
  step: number,
): T | undefined => events.filter(({ payload }) => payload.place.step <= step).at(-1);

/** @param time when the point was recorded, in milliseconds since 1970 */
export function backgroundOf(detail: RunDetail, step: number, time: number): Background {
  const resumed = detail.resumed.filter(({ payload }) => payload.from.step <= step);
  const { code: firstCode, data: firstData } = detail.started.payload;
  const code = resumed.findLast(({ payload }) => payload.code)?.payload.code ?? firstCode;
  const data = resumed.findLast(({ payload }) => payload.data)?.payload.data ?? firstData;
  return {
    step,
    data: data.hash,
    code: code.hash,
    commit: code.commit,
    hasChanges: code.changes !== undefined,
    checkpoint: lastBefore(detail.checkpoints, step),
    steering: lastBefore(detail.interventions, step),
    decision: detail.decisions.filter((event) => Date.parse(event.time) <= time).at(-1),
  };
}
