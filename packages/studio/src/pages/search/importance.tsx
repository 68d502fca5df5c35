import type { JSX } from "preact";
import type { SearchDetail } from "versant/studio-api";
import { format, text } from "../../app/preferences.js";

/** How much each hyper-parameter mattered, the most important one first. */
export function Importance({ detail }: { readonly detail: SearchDetail }): JSX.Element {
  const { searches } = text.value;
  const { importance, record } = detail;
  const shares = Object.entries(importance ?? {}).sort((a, b) => b[1] - a[1]);
  return (
    <section class="card">
      <h2>{searches.importance}</h2>
      {shares.length === 0 ? (
        <p class="soft">{searches.noImportance}</p>
      ) : (
        <>
          <p class="soft small">{searches.importanceAbout(record.objectives[0]?.name ?? "")}</p>
          <table class="plain importance">
            <tbody>
              {shares.map(([name, share]) => (
                <tr key={name}>
                  <th scope="row" class="mono">
                    {name}
                  </th>
                  <td class="number">{format.value.percent(share)}</td>
                  <td aria-hidden="true">
                    <div
                      class="share"
                      style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
