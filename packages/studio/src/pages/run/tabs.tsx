import { type ComponentChildren, Fragment, type JSX } from "preact";
import type { HyperparameterRecord, PlaceRecord, RunDetail } from "versant/studio-api";
import { pathOf } from "../../app/paths.js";
import { format, text } from "../../app/preferences.js";
import { Hash } from "./behindPanel.js";

type Facts = readonly (readonly [string, ComponentChildren])[];

const Facts = ({ facts }: { readonly facts: Facts }): JSX.Element => (
  <dl class="facts">
    {facts.map(([name, value]) => (
      <Fragment key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </Fragment>
    ))}
  </dl>
);

const When = ({ time }: { readonly time: string }): JSX.Element => (
  <time class="number soft" dateTime={time}>
    {format.value.date(time)}
  </time>
);

function rangeOf({ declaration }: HyperparameterRecord): string {
  const { kind } = declaration;
  const { app, run } = text.value;
  if (kind === "choice") return declaration.options.join(", ");
  if (kind === "flag") return `${app.yes}, ${app.no}`;
  const { min, max, scale } = declaration;
  return run.rangeOf(format.value.number(min), format.value.number(max), scale === "log");
}

export function SettingsTab({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run } = text.value;
  const { hyperparameters, seed } = detail.started.payload;
  return (
    <div class="card">
      <table class="plain stacked">
        <thead>
          <tr>
            {[run.header.name, run.header.value, run.header.source, run.header.range].map(
              (each) => (
                <th key={each} scope="col">
                  {each}
                </th>
              ),
            )}
            <th scope="col">{run.header.about}</th>
          </tr>
        </thead>
        <tbody>
          {hyperparameters.map((each) => (
            <tr key={each.name}>
              <th scope="row" class="mono">
                {each.name}
              </th>
              <td>
                <b class={each.source === "default" ? "" : "changed"}>
                  {format.value.value(each.value)}
                </b>
              </td>
              <td class="soft">{run.sources[each.source] ?? each.source}</td>
              <td class="soft">{rangeOf(each)}</td>
              <td class="soft">{each.declaration.about}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{run.seeds}</th>
            <td>
              <b>{seed}</b>
            </td>
            <td colSpan={3} />
          </tr>
        </tbody>
      </table>
    </div>
  );
}

export function DataTab({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run, fields } = text.value;
  const { data, code, environment, command, model, optimizer, loss, parameters, file } =
    detail.started.payload;
  const { looks } = detail;
  return (
    <div class="columns">
      <section class="card">
        <h2>{run.dataVersion}</h2>
        <Facts
          facts={[
            [run.hash, <Hash key="hash" value={data.hash} />],
            ...Object.entries(data.parts).map(([name, part]): Facts[number] => [
              run.parts[name] ?? name,
              <span key={name}>
                {format.value.integer(part.rows)} · <Hash value={part.hash} />
              </span>,
            ]),
          ]}
        />
        {looks.count > 0 && (
          <p class="soft small">
            {run.lookedAt(format.value.integer(looks.count), format.value.integer(looks.runs))}
          </p>
        )}
      </section>
      <section class="card">
        <h2>{run.codeVersion}</h2>
        <Facts
          facts={[
            [run.hash, <Hash key="hash" value={code.hash} />],
            [fields.file ?? "", <code key="file">{file}</code>],
            ...(code.commit
              ? ([[run.commit, <Hash key="commit" value={code.commit} />]] as const)
              : []),
            [run.files, code.files.map(({ path }) => path).join(", ")],
            // Whoever trains from a program of their own gives no command.
            ...(command.length > 0
              ? ([[run.command, <code key="command">{command.join(" ")}</code>]] as const)
              : []),
            [run.version, code.versant],
          ]}
        />
      </section>
      <section class="card">
        <h2>{run.model}</h2>
        <Facts
          facts={[
            [run.model, model],
            [run.parameters, format.value.integer(parameters)],
            [run.loss, loss],
            [run.optimizer, optimizer],
          ]}
        />
      </section>
      <section class="card">
        <h2>{run.environment}</h2>
        <Facts
          facts={[
            [run.device, `${environment.device}, ${environment.arithmetic}`],
            [
              run.processor,
              `${environment.processor} (${environment.threads}/${environment.cores})`,
            ],
            [run.system, environment.system],
            [run.node, environment.node],
          ]}
        />
      </section>
    </div>
  );
}

export function CheckpointsTab({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run } = text.value;
  if (detail.checkpoints.length === 0) return <p class="card empty">{run.noCheckpoints}</p>;
  return (
    <div class="card">
      <table class="plain stacked">
        <thead>
          <tr>
            {[run.place, run.size, run.kept, run.hash, run.when].map((each) => (
              <th key={each} scope="col">
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...detail.checkpoints].reverse().map(({ sequence, time, payload }) => (
            <tr key={sequence}>
              <th scope="row">
                {completeEpochs(payload.place)}, {format.value.integer(payload.place.step)}
              </th>
              <td>{format.value.bytes(payload.bytes)}</td>
              <td>
                {payload.best &&
                  `${payload.best.monitor} ${format.value.value(payload.best.score)}`}
              </td>
              <td>
                <Hash value={payload.tensors} />
              </td>
              <td>
                <When time={time} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Places count the epoch that they stand in, from 1; before its first batch none of it is done. */
const completeEpochs = ({ epoch, batch }: PlaceRecord): number => (batch === 0 ? epoch - 1 : epoch);

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
