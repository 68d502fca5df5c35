import type { JSX } from "preact";
import { format, text } from "../../app/preferences.js";
import { type Fact, Facts } from "../../design/facts.js";
import { Icon } from "../../design/icons.js";
import type { Background } from "./behind.js";
import { describe } from "./describe.js";
import { Hash } from "./hash.js";

/** What a run stood on at the step that was clicked. */
export function BehindPanel(props: {
  readonly background: Background;
  readonly onClose: () => void;
}): JSX.Element {
  const { background, onClose } = props;
  const { run, app } = text.value;
  const { data, code, commit, hasChanges, checkpoint, decision, steering } = background;
  const facts: readonly Fact[] = [
    [run.dataVersion, <Hash key="data" value={data} />],
    [
      run.codeVersion,
      <span key="code">
        <Hash value={code} />
        {commit && (
          <>
            {" "}
            · {run.commit} <code title={commit}>{commit.slice(0, 10)}</code>{" "}
            {hasChanges && run.changedSince}
          </>
        )}
      </span>,
    ],
    [
      run.checkpoint,
      checkpoint
        ? `${run.event(format.value.integer(checkpoint.sequence))} · ${describe(checkpoint, text.value, format.value)}`
        : run.noCheckpoint,
    ],
    [
      run.lastDecision,
      decision
        ? `${describe(decision, text.value, format.value)} (${decision.actor.name}, ${format.value.date(decision.time)})`
        : run.noDecision,
    ],
    ...(steering ? [[run.steering, describe(steering, text.value, format.value)] as const] : []),
  ];
  return (
    <section class="card behind" aria-live="polite">
      <header>
        <h2>{run.behind(format.value.integer(background.step))}</h2>
        <button
          type="button"
          class="button quiet icon end"
          aria-label={app.close}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <Facts facts={facts} />
    </section>
  );
}
