import type { JSX } from "preact";
import type { HyperparameterRecord, RunDetail } from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";
import { Heads } from "../../../design/heads.js";

function rangeOf({ declaration }: HyperparameterRecord): string {
  const { kind } = declaration;
  const { app, run } = text.value;
  if (kind === "choice") return declaration.options.join(", ");
  if (kind === "flag") return `${app.yes}, ${app.no}`;
  const { min, max, scale } = declaration;
  return run.rangeOf(format.value.number(min), format.value.number(max), scale === "log");
}

/** What the run was told to do, and where each value came from. */
export function SettingsTab({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const { run } = text.value;
  const { header } = run;
  const { hyperparameters, seed } = detail.started.payload;
  return (
    <div class="card">
      <table class="plain stacked">
        <Heads names={[header.name, header.value, header.source, header.range, header.about]} />
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
