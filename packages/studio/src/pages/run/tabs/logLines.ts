import type { Curve, LedgerEvent } from "versant/studio-api";
import type { Format } from "../../../words/format.js";
import type { Words } from "../../../words/words.js";
import { describe } from "../describe.js";

/** A line of a run's log. */
export interface LogLine {
  /** Of the event that says it. */
  readonly sequence: number;
  readonly kind: "epoch" | "event";
  readonly time: number;
  /** "epoch 7", "checkpoint". */
  readonly name: string;
  readonly content: string;
  /** Who did it; absent where the training did. */
  readonly actor?: string;
}

/**
 * Epochs with their scores, as the plain log of `versant train` has them, and whatever else happened: the newest
 * first. Of so many epochs that curves are thinned, a line stands for its neighbours, and has no number.
 */
export function logLines(
  events: readonly LedgerEvent[],
  curves: Readonly<Record<string, Curve>>,
  words: Words,
  format: Format,
): readonly LogLine[] {
  const happened = events.map((event): LogLine => {
    const { sequence, type, actor } = event;
    const name = words.run.eventNames[type] ?? type;
    const content = describe(event, words, format);
    return {
      ...{ sequence, kind: "event", time: Date.parse(event.time), name, content },
      actor: actor.name,
    };
  });
  return [...happened, ...epochLines(curves, words, format)].sort(
    (a, b) => b.time - a.time || b.sequence - a.sequence,
  );
}

function epochLines(
  curves: Readonly<Record<string, Curve>>,
  { run }: Words,
  format: Format,
): readonly LogLine[] {
  const epochs = curves["epoch.seconds"] ?? curves["train.loss"];
  if (!epochs) return [];
  const { step, time, sequence, lowest } = epochs;
  const parts = (["train", "validation"] as const).map((part) => {
    const prefix = `${part}.`;
    const scores = Object.entries(curves).filter(([name]) => name.startsWith(prefix));
    return scores.map(([name, { step, value }]) => ({
      label: `${run.parts[part] ?? part} ${name.slice(prefix.length)}`,
      // There may be parts that are measured after some epochs only.
      values: new Map(step.map((each, index) => [each, value[index]])),
    }));
  });
  return step.map((at, index): LogLine => {
    const number = lowest ? "" : ` ${format.integer(index + 1)}`;
    const scores = parts.flat().flatMap(({ label, values }) => {
      const value = values.get(at);
      return value === undefined ? [] : [`${label} ${value === null ? "–" : format.number(value)}`];
    });
    const seconds = curves["epoch.seconds"]?.value[index];
    return {
      ...{ sequence: sequence[index] ?? 0, kind: "epoch", time: time[index] ?? 0 },
      name: `${run.eventNames.epoch ?? ""}${number}`,
      content: [
        `${run.step} ${format.integer(at)}`,
        ...scores,
        ...(seconds == null ? [] : [format.duration(seconds)]),
      ].join(" · "),
    };
  });
}
