import type { JSX } from "preact";
import type { RunDetail } from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";
import { type Fact, Facts } from "../../../design/facts.js";
import { Hash } from "../hash.js";

/** What the run stands on: data, code, model, machine. */
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
            ...Object.entries(data.parts).map(
              ([name, part]): Fact => [
                run.parts[name] ?? name,
                <span key={name}>
                  {format.value.integer(part.rows)} · <Hash value={part.hash} />
                </span>,
              ],
            ),
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
