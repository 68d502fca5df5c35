import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { suitsLog } from "versant/figures";
import type { LandscapeAnswer, LandscapeRequest, RecordedLandscape } from "versant/studio-api";
import { get, post } from "../../../api/client.js";
import { useResource } from "../../../api/resource.js";
import { text } from "../../../app/preferences.js";
import { sentenceOf } from "../../../app/problem.js";
import { ScaleChoice } from "../../../charts/scaleChoice.js";
import { Segments, Select } from "../../../design/field.js";
import { Failure, Notice } from "../../../design/notice.js";
import { ContourMap } from "./contourMap.js";
import { LandscapeFacts } from "./facts.js";
import { reliefOf } from "./relief.js";
import { Surface } from "./surface.js";
import "./landscape.css";

/** Milliseconds between two looks at how far a measurement is. */
const lookEvery = 700;

const keyOf = ({ directions, part }: RecordedLandscape): string => `${directions} ${part}`;

/**
 * How the loss looks around the weights, and a way to have it measured.
 *
 * @param round changes when there is more to be asked for
 */
export function LandscapeTab(props: { readonly id: string; readonly round: number }): JSX.Element {
  const { id, round } = props;
  const address = `/api/runs/${encodeURIComponent(id)}/landscape`;
  const { value, error, reload } = useResource(`${id} ${round}`, (signal) =>
    get<LandscapeAnswer>(address, {}, signal),
  );
  const answer = value.value;
  const [chosen, setChosen] = useState<string>();
  const [refusal, setRefusal] = useState<unknown>();
  const isWorking = Boolean(answer?.work);
  useEffect(() => {
    if (!isWorking) return undefined;
    const timer = setInterval(reload, lookEvery);
    return () => clearInterval(timer);
  }, [isWorking]);
  const { landscape } = text.value;
  if (error.value) return <Failure error={error.value} onRetry={reload} />;
  if (!answer) return <div class="card empty" />;
  const send = async (path: string, body: LandscapeRequest | Record<string, never>) => {
    setRefusal(undefined);
    try {
      await post(path, body);
    } catch (problem) {
      setRefusal(problem);
    }
    reload();
  };
  const measure = (asked: LandscapeRequest): void => {
    setChosen(undefined);
    void send(address, asked);
  };
  const stop = (run: string): void =>
    void send(`/api/runs/${encodeURIComponent(run)}/landscape/stop`, {});
  const { landscapes, work, failure } = answer;
  const shown = landscapes.find((each) => keyOf(each) === chosen) ?? landscapes[0];
  const wrong =
    refusal !== undefined ? sentenceOf(refusal) : !work && failure && landscape.failed(failure);
  return (
    <div class="curves landscape">
      <Ask isWorking={isWorking} onMeasure={measure} />
      {work && (
        <Notice>
          <p>{landscape.stages[work.stage](work.run)}</p>
          <progress
            aria-label={landscape.measuring}
            {...(work.total > 0 && { max: work.total, value: work.done })}
          />
          <button type="button" class="button" onClick={() => stop(work.run)}>
            {landscape.stop}
          </button>
        </Notice>
      )}
      {wrong && (
        <Notice kind="danger" isUrgent>
          <p>{wrong}</p>
        </Notice>
      )}
      {landscapes.length > 1 && shown && (
        <Segments
          label={landscape.which}
          value={keyOf(shown)}
          options={landscapes.map((each) => [
            keyOf(each),
            `${landscape.directions[each.directions]} · ${text.value.run.parts[each.part] ?? each.part}`,
          ])}
          onChange={setChosen}
        />
      )}
      {shown ? (
        <Pictures key={shown.sequence} recorded={shown} />
      ) : (
        <p class="card empty">{landscape.none}</p>
      )}
    </div>
  );
}

/** What is to be measured. */
function Ask(props: {
  readonly isWorking: boolean;
  readonly onMeasure: (asked: LandscapeRequest) => void;
}): JSX.Element {
  const [directions, setDirections] = useState<RecordedLandscape["directions"]>("path");
  const [part, setPart] = useState<RecordedLandscape["part"] | "">("");
  const { landscape, run } = text.value;
  const names = (each: RecordedLandscape["part"]): string => run.parts[each] ?? each;
  return (
    <section class="card ask">
      <Segments
        label={landscape.directionsOf}
        value={directions}
        options={[
          ["path", landscape.directions.path],
          ["random", landscape.directions.random],
        ]}
        onChange={setDirections}
      />
      <Select
        label={landscape.part}
        value={part}
        options={[
          ["", landscape.usualPart],
          ["validation", names("validation")],
          ["train", names("train")],
        ]}
        onChange={setPart}
      />
      <button
        type="button"
        class="button primary"
        disabled={props.isWorking}
        onClick={() => props.onMeasure({ directions, ...(part && { part }) })}
      >
        {landscape.measure}
      </button>
      <p class="soft small">{landscape.explain[directions]}</p>
    </section>
  );
}

function Pictures({ recorded }: { readonly recorded: RecordedLandscape }): JSX.Element {
  const { content, directions, explained } = recorded;
  const [isLog, setIsLog] = useState(() => suitsLog(content.loss.flat()));
  const relief = useMemo(() => reliefOf(content, isLog), [content, isLog]);
  const { landscape } = text.value;
  const title = (axis: 0 | 1): string => landscape.axis(directions, axis + 1, explained?.[axis]);
  const titles = [title(0), title(1)] as const;
  return (
    <>
      <div class="reliefs">
        <section class="card">
          <header>
            <h2>{landscape.map}</h2>
            <ScaleChoice label={landscape.scale} isLog={isLog} onChange={setIsLog} />
          </header>
          <ContourMap content={content} relief={relief} titles={titles} />
        </section>
        <section class="card">
          <header>
            <h2>{landscape.surface}</h2>
          </header>
          <Surface content={content} relief={relief} titles={titles} />
        </section>
      </div>
      <LandscapeFacts recorded={recorded} />
    </>
  );
}
