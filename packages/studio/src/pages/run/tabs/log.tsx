import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Curve, LedgerEvent } from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";
import { SearchField, Segments } from "../../../design/field.js";
import { When } from "../../../design/when.js";
import { logLines } from "./logLines.js";

/** Which lines are shown; the choice holds for all runs that are looked at. */
const kind = signal<"all" | "epoch" | "event">("all");

/** What happened, the newest first: epochs with their scores, and everything that was recorded besides. */
export function LogTab(props: {
  readonly events: readonly LedgerEvent[];
  readonly curves: Readonly<Record<string, Curve>>;
}): JSX.Element {
  const { events, curves } = props;
  const { run } = text.value;
  const [wanted, setWanted] = useState("");
  const lines = useMemo(
    () => logLines(events, curves, text.value, format.value),
    [events, curves, text.value, format.value],
  );
  if (lines.length === 0) return <p class="card empty">{run.noEvents}</p>;
  const part = wanted.trim().toLowerCase();
  const shown = lines.filter(
    (line) =>
      (kind.value === "all" || line.kind === kind.value) &&
      `${line.name} ${line.content} ${line.actor ?? ""}`.toLowerCase().includes(part),
  );
  return (
    <div class="curves">
      <div class="curve-controls">
        <Segments
          label={run.logKind}
          value={kind.value}
          options={[
            ["all", run.logKinds.all],
            ["epoch", run.logKinds.epoch],
            ["event", run.logKinds.event],
          ]}
          onChange={(value) => {
            kind.value = value;
          }}
        />
        <SearchField label={run.filterLog} value={wanted} onInput={setWanted} />
      </div>
      {shown.length === 0 ? (
        <p class="card empty">{run.noLine}</p>
      ) : (
        <ol class="card log" aria-label={run.events}>
          {shown.map(({ sequence, kind: each, time, name, content, actor }) => (
            <li key={sequence} class={each}>
              <When time={new Date(time).toISOString()} />
              <b>{name}</b>
              <span>{content}</span>
              <span class="soft small">{actor}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
