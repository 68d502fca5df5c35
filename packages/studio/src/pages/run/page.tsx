import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Guarded } from "../../app/guarded.js";
import { useStream } from "../../app/live.js";
import { text } from "../../app/preferences.js";
import { place, setQuery } from "../../app/router.js";
import type { PageProps } from "../../app/routes.js";
import { useTitle } from "../../app/title.js";
import { Failure } from "../../design/notice.js";
import { Tabs } from "../../design/tabs.js";
import { CurvesTab } from "./curvesTab.js";
import { Figures } from "./figures.js";
import { RunHead } from "./head.js";
import { InsideTab } from "./inside/insideTab.js";
import { LandscapeTab } from "./landscape/landscapeTab.js";
import { SteerPanel } from "./steer.js";
import { RunStore } from "./store.js";
import { CheckpointsTab } from "./tabs/checkpoints.js";
import { DataTab } from "./tabs/data.js";
import { DecisionsTab } from "./tabs/decisions.js";
import { LogTab } from "./tabs/log.js";
import { SettingsTab } from "./tabs/settings.js";
import "./run.css";

const tabNames = [
  "curves",
  "inside",
  "landscape",
  "log",
  "settings",
  "data",
  "checkpoints",
  "decisions",
] as const;

/** One run: live while it trains, and as it was recorded ever after. */
export function RunPage({ parts }: PageProps): JSX.Element {
  const id = parts.id ?? "";
  useTitle(id);
  const store = useMemo(() => new RunStore(id), [id]);
  useEffect(() => () => store.close(), [store]);
  const detail = store.detail.value;
  const curves = store.curves.value;
  const after = store.sequence.value;
  const tab = tabNames.find((each) => each === place.value.query.get("tab")) ?? "curves";
  useStream(
    {
      steps: (message) => store.steps(message),
      epoch: (message) => store.epoch(message),
      state: (row) => store.stand(row),
      event: (message) => store.event(message),
      reset: () => store.reloadSoon(),
    },
    {
      run: detail?.run.id ?? id,
      ...(after !== undefined && { after }),
      // Where the first answer failed, the stream tells when there is another one to be had.
      isReady: after !== undefined || store.error.value !== undefined,
    },
  );

  if (!detail) {
    return (
      <div class="page">
        {store.error.value && (
          <Failure error={store.error.value} onRetry={() => void store.reload()} />
        )}
      </div>
    );
  }
  const { tabs } = text.value.run;
  return (
    <div class="page run">
      <RunHead detail={detail} />
      {store.error.value && (
        <Failure error={store.error.value} onRetry={() => void store.reload()} />
      )}
      <Figures detail={detail} curves={curves} />
      <SteerPanel detail={detail} learningRate={curves.learningRate?.value.at(-1) ?? null} />
      <div>
        <Tabs
          label={detail.run.id}
          tabs={tabNames.map((name) => [name, tabs[name]] as const)}
          active={tab}
          onChange={(name) => setQuery({ tab: name === "curves" ? undefined : name })}
        >
          <Guarded key={tab}>
            {tab === "curves" && <CurvesTab detail={detail} curves={curves} />}
            {tab === "inside" && <InsideTab id={detail.run.id} round={store.insights.value} />}
            {tab === "landscape" && (
              <LandscapeTab id={detail.run.id} round={store.insights.value} />
            )}
            {tab === "log" && <LogTab events={store.events.value} curves={curves} />}
            {tab === "settings" && <SettingsTab detail={detail} />}
            {tab === "data" && <DataTab detail={detail} />}
            {tab === "checkpoints" && <CheckpointsTab detail={detail} />}
            {tab === "decisions" && <DecisionsTab detail={detail} />}
          </Guarded>
        </Tabs>
      </div>
    </div>
  );
}
