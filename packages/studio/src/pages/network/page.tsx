import type { JSX } from "preact";
import type { GraphAnswer } from "versant/studio-api";
import { get } from "../../api/client.js";
import { useResource } from "../../api/resource.js";
import { pathOf } from "../../app/paths.js";
import { format, text } from "../../app/preferences.js";
import { place, setQuery } from "../../app/router.js";
import type { PageProps } from "../../app/routes.js";
import { useTitle } from "../../app/title.js";
import { Failure, Notice } from "../../design/notice.js";
import { Tabs } from "../../design/tabs.js";
import { GraphTab } from "./graphTab.js";
import { LayersTab } from "./layersTab.js";
import "./network.css";

const tabNames = ["layers", "graph"] as const;

/** The network of a run: its layers, and the graph that they compute. */
export function NetworkPage({ parts }: PageProps): JSX.Element {
  const id = parts.id ?? "";
  const words = text.value.network;
  useTitle(`${words.title} · ${id}`);
  const resource = useResource(id, (signal) =>
    get<GraphAnswer>(`/api/runs/${encodeURIComponent(id)}/graph`, {}, signal),
  );
  const answer = resource.value.value;
  const tab = tabNames.find((each) => each === place.value.query.get("tab")) ?? "layers";
  return (
    <div class="page">
      <div class="page-head">
        <h1>{words.title}</h1>
        <a href={pathOf("runs", id)}>{id}</a>
        {answer && (
          <span class="soft">
            {answer.model} · {words.all(format.value.integer(answer.parameters))}
          </span>
        )}
      </div>
      {resource.error.value && <Failure error={resource.error.value} onRetry={resource.reload} />}
      {answer && (
        <div>
          <Tabs
            label={words.title}
            tabs={tabNames.map((name) => [name, words.tabs[name]] as const)}
            active={tab}
            onChange={(name) => setQuery({ tab: name })}
          >
            {tab === "layers" && <LayersTab answer={answer} />}
            {tab === "graph" &&
              (answer.graph ? (
                <GraphTab run={id} />
              ) : (
                <Notice kind="warning">
                  <p>{answer.reason}</p>
                </Notice>
              ))}
          </Tabs>
        </div>
      )}
    </div>
  );
}
