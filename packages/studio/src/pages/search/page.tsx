import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { SearchDetail } from "versant/studio-api";
import { get } from "../../api/client.js";
import { useResource } from "../../api/resource.js";
import { useStream } from "../../app/live.js";
import { format, text } from "../../app/preferences.js";
import type { PageProps } from "../../app/routes.js";
import { useSoon } from "../../app/soon.js";
import { useTitle } from "../../app/title.js";
import { type Brushes, isWithin } from "../../charts/points/brush.js";
import { ScaleChoice } from "../../charts/scaleChoice.js";
import { Failure } from "../../design/notice.js";
import { SearchState } from "../searches/state.js";
import { Best } from "./best.js";
import { Importance } from "./importance.js";
import { AnyScatter, Front, History, Lines } from "./pictures.js";
import { Trials } from "./table.js";
import { axesOf, itemsOf } from "./trials.js";
import "./search.css";

/** One search: what it has found, how it went, and what mattered; it goes on while one looks. */
export function SearchPage({ parts }: PageProps): JSX.Element {
  const name = parts.id ?? "";
  useTitle(name);
  const search = useResource(name, (signal) =>
    get<SearchDetail>(`/api/searches/${encodeURIComponent(name)}`, {}, signal),
  );
  const detail = search.value.value;
  const reloadSoon = useSoon(search.reload);
  const isFirst = useRef(true);
  useStream(
    {
      event: reloadSoon,
      search: reloadSoon,
      reset: reloadSoon,
      // What came between the answer and the first message of the stream is in neither.
      heartbeat: () => {
        if (isFirst.current) reloadSoon();
        isFirst.current = false;
      },
    },
    {
      run: detail?.search.name ?? name,
      isReady: detail !== undefined || search.error.value !== undefined,
    },
  );
  return (
    <div class="page">
      {search.error.value && <Failure error={search.error.value} onRetry={search.reload} />}
      {detail && <Detail detail={detail} />}
    </div>
  );
}

function Detail({ detail }: { readonly detail: SearchDetail }): JSX.Element {
  const words = text.value.searches;
  const { run } = text.value;
  const [isLog, setIsLog] = useState(false);
  const [brushes, setBrushes] = useState<Brushes>({});
  const items = useMemo(() => itemsOf(detail, words), [detail, words]);
  const axes = useMemo(() => axesOf(detail, words, isLog), [detail, words, isLog]);
  const all = useMemo(() => [...axes.space, ...axes.objectives], [axes]);
  const within = useMemo(() => {
    const inside = items.filter(({ values }) => isWithin(brushes, all, (each) => values[each]));
    return new Set(inside.map(({ id }) => id));
  }, [items, all, brushes]);
  const picture = { detail, items, axes };
  return (
    <>
      <Head detail={detail}>
        <ScaleChoice
          label={run.axis}
          isLog={isLog}
          onChange={(value) => {
            setIsLog(value);
            // Positions on an axis mean other values now.
            setBrushes({});
          }}
        />
      </Head>
      <div class="halves">
        <Best detail={detail} />
        <Importance detail={detail} />
        <History {...picture} />
        {axes.objectives.length > 1 && <Front {...picture} />}
        <AnyScatter {...picture} within={within} />
      </div>
      <Lines {...picture} {...{ brushes, within }} onBrush={setBrushes} />
      <Trials detail={detail} within={within} />
    </>
  );
}

function Head(props: {
  readonly detail: SearchDetail;
  readonly children: JSX.Element;
}): JSX.Element {
  const { search, record, trials } = props.detail;
  const { searches, fields } = text.value;
  const { integer, value, ago } = format.value;
  const counts = (["completed", "pruned", "failed"] as const).flatMap((state) => {
    const count = trials.filter((trial) => trial.state === state).length;
    return count > 0 ? [`${integer(count)} ${searches.trialStates[state]}`] : [];
  });
  const facts = [
    [fields.experiment, record.experiment],
    [searches.sampler, record.sampler],
    [searches.pruner, record.pruner],
    [
      record.objectives.length > 1 ? searches.objectives : searches.objective,
      record.objectives
        .map(({ name, direction }) => `${name} (${searches.directions[direction]})`)
        .join(", "),
    ],
    [
      searches.constraints,
      record.constraints
        .map(({ name, operator, limit }) => `${name} ${operator} ${value(limit)}`)
        .join(", "),
    ],
    [
      searches.trials,
      `${searches.trialsOf(integer(search.trials), value(search.limit))} (${counts.join(", ")})`,
    ],
    [fields.started, ago(search.started)],
  ].filter(([, each]) => each);
  return (
    <>
      <div class="page-head">
        <h1>{search.name}</h1>
        <SearchState state={search.state} />
        {search.reason && <span class="soft small">{search.reason}</span>}
        <div class="end">{props.children}</div>
      </div>
      <dl class="search-facts small">
        {facts.map(([name, each]) => (
          <div key={name}>
            <dt class="soft">{name}</dt>
            <dd>{each}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
