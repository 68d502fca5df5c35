import type { JSX } from "preact";
import type { SearchesAnswer, SearchRow } from "versant/studio-api";
import { get } from "../../api/client.js";
import { useResource } from "../../api/resource.js";
import { useStream } from "../../app/live.js";
import { pathOf } from "../../app/paths.js";
import { format, text } from "../../app/preferences.js";
import { useSoon } from "../../app/soon.js";
import { useTitle } from "../../app/title.js";
import { Heads } from "../../design/heads.js";
import { Failure } from "../../design/notice.js";
import { Ago } from "../../design/when.js";
import { SearchState } from "./state.js";

/** The list of all searches, the newest first. */
export function SearchesPage(): JSX.Element {
  const { searches } = text.value;
  useTitle(searches.title);
  const list = useResource("searches", (signal) =>
    get<SearchesAnswer>("/api/searches", {}, signal),
  );
  const reloadSoon = useSoon(list.reload);
  useStream(
    {
      event: ({ type }) => type.startsWith("search.") && reloadSoon(),
      search: reloadSoon,
      reset: reloadSoon,
    },
    { isReady: true },
  );
  const rows = list.value.value?.searches;
  return (
    <div class="page">
      <div class="page-head">
        <h1>{searches.title}</h1>
      </div>
      {list.error.value && <Failure error={list.error.value} onRetry={list.reload} />}
      {rows?.length === 0 && (
        <div class="card empty">
          <p>{searches.none}</p>
          <code>npx versant tune experiment.ts --trials 50</code>
        </div>
      )}
      {rows && rows.length > 0 && <List rows={rows} />}
    </div>
  );
}

function List({ rows }: { readonly rows: readonly SearchRow[] }): JSX.Element {
  const { searches, fields } = text.value;
  const { integer, value } = format.value;
  const bestOf = ({ objectives, best }: SearchRow): string => {
    const [first] = best;
    if (!first) return "–";
    if (objectives.length > 1) return searches.frontOf(best.length);
    return `${value(first.objectives[0])} (${searches.trial(integer(first.number))})`;
  };
  return (
    <section class="card">
      <table class="plain stacked">
        <Heads
          names={[
            searches.one,
            fields.state,
            fields.experiment,
            searches.sampler,
            searches.objective,
            searches.trials,
            searches.best,
            fields.started,
          ]}
        />
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">
                <a href={pathOf("searches", row.name)}>{row.name}</a>
              </th>
              <td>
                <SearchState state={row.state} />
              </td>
              <td>{row.experiment}</td>
              <td>{row.sampler}</td>
              <td>{row.objectives.map(({ name }) => name).join(", ")}</td>
              <td>{searches.trialsOf(integer(row.trials), value(row.limit))}</td>
              <td>{bestOf(row)}</td>
              <td>
                <Ago time={row.started} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
