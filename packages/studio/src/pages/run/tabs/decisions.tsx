import type { JSX } from "preact";
import type { RunDetail } from "versant/studio-api";
import { pathOf } from "../../../app/paths.js";
import { format, text } from "../../../app/preferences.js";
import { Facts } from "../../../design/facts.js";
import { When } from "../../../design/when.js";

/** What people decided about the run, and who answers for it. */
export function DecisionsTab({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run } = text.value;
  const { decisions, approvals } = detail;
  if (decisions.length + approvals.length === 0) {
    return <p class="card empty">{run.noDecisions}</p>;
  }
  return (
    <div class="columns">
      {[...decisions].reverse().map(({ sequence, actor, time, payload }) => (
        <article class="card decision" key={sequence}>
          <h2>{payload.title}</h2>
          {payload.from && payload.to && <p class="mono">{run.fromTo(payload.from, payload.to)}</p>}
          <p>{payload.why}</p>
          <Facts
            facts={[
              ...(payload.alternatives.length > 0
                ? ([[run.alternatives, payload.alternatives.join(", ")]] as const)
                : []),
              ...(payload.evidence.length > 0
                ? ([
                    [
                      run.evidence,
                      payload.evidence.map((each) => <Evidence key={each} text={each} />),
                    ],
                  ] as const)
                : []),
            ]}
          />
          <footer class="soft small">
            {actor.name} · <When time={time} /> · {run.event(format.value.integer(sequence))}
          </footer>
        </article>
      ))}
      {[...approvals].reverse().map(({ sequence, actor, time, payload }) => (
        <article class="card decision approved" key={sequence}>
          <h2>{run.eventNames.approval}</h2>
          <p>{payload.statement}</p>
          {payload.despite && <p class="notice warning">{payload.despite}</p>}
          <footer class="soft small">
            {actor.name} · <When time={time} /> · {run.event(format.value.integer(sequence))}
          </footer>
        </article>
      ))}
    </div>
  );
}

/** A piece of evidence names its run first: "calm-otter:validation.accuracy=0.98". */
function Evidence({ text: evidence }: { readonly text: string }): JSX.Element {
  const [run = ""] = evidence.split(":");
  return (
    <div>
      <a href={pathOf("runs", run)}>{evidence}</a>
    </div>
  );
}
