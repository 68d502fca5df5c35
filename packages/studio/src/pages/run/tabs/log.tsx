import type { JSX } from "preact";
import type { LedgerEvent } from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";
import { When } from "../../../design/when.js";
import { describe } from "../describe.js";

/** What happened, the newest first. */
export function LogTab({ events }: { readonly events: readonly LedgerEvent[] }): JSX.Element {
  const { run } = text.value;
  if (events.length === 0) return <p class="card empty">{run.noEvents}</p>;
  return (
    <ol class="card log" aria-label={run.events}>
      {[...events].reverse().map((event) => (
        <li key={event.sequence}>
          <When time={event.time} />
          <b>{run.eventNames[event.type] ?? event.type}</b>
          <span>{describe(event, text.value, format.value)}</span>
          <span class="soft small">{event.actor.name}</span>
        </li>
      ))}
    </ol>
  );
}
