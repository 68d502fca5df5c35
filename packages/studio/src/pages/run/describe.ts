import type { LedgerEvent } from "versant/studio-api";
import type { Format } from "../../words/format.js";
import type { Words } from "../../words/words.js";

/** One line of the log: what an event says, in words. */
export function describe(event: LedgerEvent, words: Words, format: Format): string {
  const { app, steer, states, run } = words;
  const wanted = (action: keyof typeof steer.done, value?: number): string =>
    value === undefined
      ? steer.done[action]
      : app.labelled(steer.done[action], format.number(value));
  switch (event.type) {
    case "run.started":
      return event.payload.command.join(" ") || event.payload.file;
    case "run.resumed":
      return `${run.step} ${format.integer(event.payload.from.step)}`;
    case "run.ended":
      return run.ended(states[event.payload.state], event.payload.reason ?? "");
    case "checkpoint": {
      const { place, best, bytes } = event.payload;
      const score = best
        ? ` · ${app.labelled(run.best(best.monitor), format.value(best.score))}`
        : "";
      return `${run.step} ${format.integer(place.step)} · ${format.bytes(bytes)}${score}`;
    }
    case "test":
      return Object.entries(event.payload.scores ?? {})
        .map(([name, score]) => `${name} ${format.value(score)}`)
        .join(" · ");
    case "steer.requested": {
      const { action, why } = event.payload;
      const value = action === "learningRate" ? ` ${format.number(event.payload.value)}` : "";
      return app.labelled(`${steer.asked[action]}${value}`, why);
    }
    case "steer.applied": {
      const { action, place } = event.payload;
      const value = action === "learningRate" ? event.payload.value : undefined;
      return steer.applied(wanted(action, value), format.integer(place.step));
    }
    case "mistakes": {
      const { wrong, looked, part } = event.payload;
      const samples = run.samplesOf(format.integer(looked), run.parts[part] ?? part);
      return wrong === undefined ? samples : run.wrongOf(format.integer(wrong), samples);
    }
    case "landscape": {
      const { directions, part } = event.payload;
      return `${words.landscape.directions[directions]}, ${run.parts[part] ?? part}`;
    }
    case "decision":
      return app.labelled(event.payload.title, event.payload.why);
    case "approval":
      return event.payload.statement;
    case "description":
      return Object.keys(event.payload.items).join(", ");
    case "tagged":
      return [
        ...event.payload.added.map((tag) => `+${tag}`),
        ...event.payload.removed.map((tag) => `-${tag}`),
      ].join(" ");
    case "requests":
      return format.integer(event.payload.count);
    default:
      return "";
  }
}
