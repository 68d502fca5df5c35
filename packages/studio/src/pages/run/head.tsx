import type { ComponentType, JSX } from "preact";
import { useState } from "preact/hooks";
import type { RunDetail, RunRow } from "versant/studio-api";
import { addressOf } from "../../api/client.js";
import { pathOf } from "../../app/paths.js";
import { format, language, text } from "../../app/preferences.js";
import { session } from "../../app/session.js";
import { Icon } from "../../design/icons.js";
import { State } from "../../design/state.js";
import { Tags } from "../../design/tags.js";
import { ApproveDialog, DecideDialog, TagDialog } from "./dialogs.js";

type Opened = ComponentType<{ readonly run: RunRow; readonly onClose: () => void }>;

/** Which run it is, how it stands, and what can be written about it. */
export function RunHead({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run, started } = detail;
  const { run: words, network, decide, approve, tags } = text.value;
  const [opened, setOpened] = useState<{ readonly Component: Opened }>();
  const open = (Component: Opened) => () => setOpened({ Component });
  return (
    <header class="run-head">
      <div class="page-head">
        <h1>{run.id}</h1>
        <span class="soft">#{run.number}</span>
        <State state={run.state} isPaused={run.paused} />
        <Tags tags={run.tags} />
        <div class="end">
          {session.value?.user && (
            <>
              <button type="button" class="button" onClick={open(TagDialog)}>
                <Icon name="tag" />
                {tags.edit}
              </button>
              <button type="button" class="button" onClick={open(DecideDialog)}>
                {decide.action}
              </button>
              {run.state === "completed" && (
                <button type="button" class="button" onClick={open(ApproveDialog)}>
                  <Icon name="check" />
                  {approve.action}
                </button>
              )}
            </>
          )}
          {detail.ended?.payload.object !== undefined && (
            <a class="button" href={pathOf("runs", run.id, "try")}>
              <Icon name="play" />
              {words.tryIt}
            </a>
          )}
          <a class="button" href={pathOf("runs", run.id, "network")}>
            <Icon name="network" />
            {network.title}
          </a>
          <a
            class="button"
            target="_blank"
            rel="noreferrer"
            href={addressOf(`/api/runs/${encodeURIComponent(run.id)}/dossier`, {
              language: language.value,
            })}
          >
            <Icon name="document" />
            {words.dossier}
          </a>
        </div>
      </div>
      <p class="soft">
        <span>{run.experiment}</span> · {words.byWhom(run.actor, format.value.ago(run.started))}
        {started.payload.about && <> · {started.payload.about}</>}
      </p>
      {run.reason && <p class="notice warning">{run.reason}</p>}
      {opened && <opened.Component run={run} onClose={() => setOpened(undefined)} />}
    </header>
  );
}
