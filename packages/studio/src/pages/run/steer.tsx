import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RunDetail, SteerRequest } from "versant/studio-api";
import { post } from "../../api/client.js";
import { format, text } from "../../app/preferences.js";
import { session } from "../../app/session.js";
import { Dialog } from "../../design/dialog.js";
import { TextField } from "../../design/field.js";
import { Icon, type IconName } from "../../design/icons.js";
import { Notice } from "../../design/notice.js";

type Action = SteerRequest["action"];

const icons = {
  pause: "pause",
  resume: "play",
  stop: "stop",
  learningRate: "rate",
} as const satisfies Record<Action, IconName>;

/** What can be asked of a run that trains, and what became of the last request. */
export function SteerPanel(props: {
  readonly detail: RunDetail;
  readonly learningRate: number | null;
}): JSX.Element | null {
  const { detail, learningRate } = props;
  const [asked, setAsked] = useState<Action>();
  const { run } = detail;
  const { steer } = text.value;
  if (run.state !== "running" || !session.value?.user) return null;
  const actions: readonly Action[] = [run.paused ? "resume" : "pause", "learningRate", "stop"];
  return (
    <section class="card steer" aria-label={steer.title}>
      <div class="steer-actions">
        <h2>{steer.title}</h2>
        {actions.map((action) => (
          <button
            type="button"
            key={action}
            class={action === "stop" ? "button danger" : "button"}
            onClick={() => setAsked(action)}
          >
            <Icon name={icons[action]} />
            {steer[action]}
          </button>
        ))}
      </div>
      <LastRequest detail={detail} />
      {asked && (
        <SteerDialog
          {...{ run: run.id, action: asked, learningRate }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </section>
  );
}

/** Requests go into the ledger at once, and the training answers between two batches. */
function LastRequest({ detail }: { readonly detail: RunDetail }): JSX.Element | null {
  const { steer } = text.value;
  const request = detail.requests.at(-1);
  if (!request) return null;
  const { action, why } = request.payload;
  const applied = detail.interventions.find(({ payload }) => payload.request === request.hash);
  return (
    <Notice kind={applied ? "success" : "info"}>
      <p>
        {applied
          ? steer.applied(steer.done[action], format.value.integer(applied.payload.place.step))
          : `${steer.sent[action]} ${steer.waiting}`}{" "}
        <span class="soft">
          {why} ({request.actor.name})
        </span>
      </p>
    </Notice>
  );
}

function SteerDialog(props: {
  readonly run: string;
  readonly action: Action;
  readonly learningRate: number | null;
  readonly onClose: () => void;
}): JSX.Element {
  const { run, action, learningRate, onClose } = props;
  const { steer } = text.value;
  const [why, setWhy] = useState("");
  const [rate, setRate] = useState("");
  const [isChecked, setIsChecked] = useState(false);
  const value = Number(rate.trim().replace(",", "."));
  const isRateWrong = action === "learningRate" && !(value > 0 && Number.isFinite(value));
  const isWhyMissing = why.trim() === "";
  return (
    <Dialog
      title={steer.asked[action]}
      about={run}
      send={steer.send}
      validate={() => {
        setIsChecked(true);
        return !isRateWrong && !isWhyMissing;
      }}
      onSend={async () => {
        const request: SteerRequest = {
          action,
          why: why.trim(),
          ...(action === "learningRate" && { value }),
        };
        await post(`/api/runs/${encodeURIComponent(run)}/steer`, request);
      }}
      onClose={onClose}
    >
      {action === "learningRate" && (
        <TextField
          label={steer.newRate}
          value={rate}
          onInput={setRate}
          inputMode="decimal"
          hint={
            learningRate === null ? undefined : steer.nowRate(format.value.number(learningRate))
          }
          error={isChecked && isRateWrong ? steer.rateWrong : undefined}
        />
      )}
      <TextField
        label={steer.why}
        value={why}
        onInput={setWhy}
        rows={3}
        hint={steer.whyHint}
        error={isChecked && isWhyMissing ? steer.whyMissing : undefined}
      />
    </Dialog>
  );
}
