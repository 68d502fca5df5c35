import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Event, RunDetail, SteerRequest } from "versant/studio-api";
import { post } from "../../api/client.js";
import { format, text } from "../../app/preferences.js";
import { session } from "../../app/session.js";
import { Dialog } from "../../design/dialog.js";
import { Icon, type IconName } from "../../design/icons.js";
import { Notice } from "../../design/notice.js";

type Action = SteerRequest["action"];

const icons = {
  pause: "pause",
  resume: "play",
  stop: "stop",
  learningRate: "rate",
} as const satisfies Record<Action, IconName>;

/** What can be asked of a run that trains, and what became of what was asked last. */
export function SteerPanel(props: {
  readonly detail: RunDetail;
  readonly learningRate: number | null;
}): JSX.Element | null {
  const { detail, learningRate } = props;
  const [asked, setAsked] = useState<Action>();
  const { run } = detail;
  const { steer } = text.value;
  const isOpen = run.state === "running" && session.value?.user;
  const actions: readonly Action[] = [run.paused ? "resume" : "pause", "learningRate", "stop"];
  return (
    <>
      {isOpen && (
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
          {recent(detail).map((request) => (
            <Request key={request.sequence} {...{ request, detail }} />
          ))}
        </section>
      )}
      {/* The run may end while somebody writes: the answer says so then. */}
      {asked && (
        <SteerDialog
          {...{ run: run.id, action: asked, learningRate }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

type Requested = Event<"steer.requested">;

const answerTo = (request: Requested, { interventions }: RunDetail) =>
  interventions.find(({ payload }) => payload.request === request.hash);

/** The last two, so that two who steer at once see both, and all that the training has not applied yet. */
const recent = (detail: RunDetail): readonly Requested[] =>
  detail.requests.filter(
    (request, index, all) => index >= all.length - 2 || !answerTo(request, detail),
  );

/** Requests go into the ledger at once, and the training answers between two batches. */
function Request(props: { readonly request: Requested; readonly detail: RunDetail }): JSX.Element {
  const { request, detail } = props;
  const { steer } = text.value;
  const { action, why } = request.payload;
  const applied = answerTo(request, detail);
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

const missing = (why: string): string | undefined =>
  why === "" ? text.value.steer.whyMissing : undefined;

const numberOf = (rate: string): number => Number(rate.replace(",", "."));

const rateFault = (rate: string): string | undefined =>
  numberOf(rate) > 0 && Number.isFinite(numberOf(rate)) ? undefined : text.value.steer.rateWrong;

function SteerDialog(props: {
  readonly run: string;
  readonly action: Action;
  readonly learningRate: number | null;
  readonly onClose: () => void;
}): JSX.Element {
  const { run, action, learningRate, onClose } = props;
  const { steer } = text.value;
  const why = { label: steer.why, rows: 3, hint: steer.whyHint, check: missing };
  const rate = {
    label: steer.newRate,
    inputMode: "decimal" as const,
    hint: learningRate === null ? undefined : steer.nowRate(format.value.number(learningRate)),
    check: rateFault,
  };
  const ask = async (request: SteerRequest): Promise<void> => {
    await post(`/api/runs/${encodeURIComponent(run)}/steer`, request);
  };
  const dialog = { title: steer.asked[action], about: run, send: steer.send, onClose };
  return action === "learningRate" ? (
    <Dialog
      {...dialog}
      fields={{ rate, why }}
      onSend={(given) => ask({ action, value: numberOf(given.rate), why: given.why })}
    />
  ) : (
    <Dialog {...dialog} fields={{ why }} onSend={(given) => ask({ action, why: given.why })} />
  );
}
