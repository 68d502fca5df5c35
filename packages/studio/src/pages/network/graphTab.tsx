import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { PassesAnswer } from "versant/studio-api";
import { get } from "../../api/client.js";
import { useResource } from "../../api/resource.js";
import { format, text } from "../../app/preferences.js";
import { place, setQuery } from "../../app/router.js";
import { Segments, TextField } from "../../design/field.js";
import { Failure, Notice } from "../../design/notice.js";
import { boxOf, Canvas } from "./canvas.js";
import { around, type DrawnNode, drawnOf, found, views } from "./drawn.js";
import { layOut } from "./layout.js";
import { NodePanel } from "./nodePanel.js";
import { Operations, summaryOf } from "./operations.js";

/** Of larger graphs a part is drawn: more boxes take seconds to place, and show nothing. */
const mostBoxes = 400;

const directions = ["forward", "backward"] as const;

/** The computational graph, as it was recorded and behind each pass of the compiler. */
export function GraphTab({ run }: { readonly run: string }): JSX.Element {
  const words = text.value.network;
  const { query } = place.value;
  const direction = directions.find((each) => each === query.get("direction")) ?? "forward";
  const view = views.find((each) => each === query.get("pass")) ?? "captured";
  const batch = query.get("batch") ?? "32";
  const isBatch = /^\d+$/.test(batch) && Number(batch) >= 1 && Number(batch) <= 4096;
  const answer = useResource(`${run} ${direction} ${isBatch ? batch : ""}`, (signal) =>
    get<PassesAnswer>(
      `/api/runs/${encodeURIComponent(run)}/passes`,
      { direction, ...(isBatch && { batch }) },
      signal,
    ),
  );
  const known = answer.value.value;
  const passes = known?.passes;
  const nodes = useMemo(() => (passes ? drawnOf(passes, view) : []), [passes, view]);
  return (
    <div class="graph">
      <div class="graph-controls">
        <Segments
          label={words.direction}
          value={direction}
          options={directions.map((each) => [each, words.directions[each]])}
          onChange={(value) => setQuery({ direction: value })}
        />
        <Segments
          label={words.pass}
          value={view}
          options={views.map((each) => [each, words.passes[each]])}
          onChange={(value) => setQuery({ pass: value })}
        />
        <TextField
          label={words.batch}
          value={batch}
          inputMode="decimal"
          error={isBatch ? undefined : words.batchWrong}
          onInput={(value) => setQuery({ batch: value })}
        />
      </div>
      {answer.error.value && <Failure error={answer.error.value} onRetry={answer.reload} />}
      {known?.reason && (
        <Notice kind="warning">
          <p>{known.reason}</p>
        </Notice>
      )}
      {passes && (
        <>
          <p class="summary">
            {words.about[view]} {summaryOf(passes, view)}
          </p>
          <Drawn
            key={`${direction} ${view}`}
            nodes={nodes}
            label={`${words.directions[direction]}, ${words.passes[view]}`}
          />
          <Operations passes={passes} />
        </>
      )}
      {direction === "backward" && <p class="hint">{words.backwardHint}</p>}
    </div>
  );
}

/** One view: searched, drawn, and a box of it looked at. */
function Drawn(props: {
  readonly nodes: readonly DrawnNode[];
  readonly label: string;
}): JSX.Element {
  const { nodes, label } = props;
  const words = text.value.network;
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<number | null>(null);
  const matches = useMemo(() => found(nodes, search), [nodes, search]);
  const isCut = nodes.length > mostBoxes;
  const center = isCut ? (chosen ?? nodes.length - 1) : 0;
  const boxes = useMemo(
    () => around(nodes, center, mostBoxes).map((each) => boxOf(nodes[each] as DrawnNode, each)),
    [nodes, center],
  );
  const texts = boxes.map(({ node }) => node.values.join()).join();
  const drawing = useResource(`${center} ${texts}`, (signal) => {
    const indices = new Map(boxes.map(({ position }, index) => [position, index]));
    return layOut(
      {
        boxes: boxes.map(({ width, height }) => ({ width, height })),
        inputs: boxes.map(({ node }) => node.inputs.flatMap((each) => indices.get(each) ?? [])),
      },
      signal,
    );
  });
  const placed = drawing.value.value;
  useEffect(() => {
    if (chosen !== null && chosen >= nodes.length) setChosen(null);
  }, [nodes]);
  const goOn = (): void => {
    const following = matches.find((each) => each > (chosen ?? -1)) ?? matches[0];
    if (following !== undefined) setChosen(following);
  };
  return (
    <>
      <form
        class="graph-search"
        onSubmit={(event) => {
          event.preventDefault();
          goOn();
        }}
      >
        <TextField
          label={words.search}
          value={search}
          placeholder={words.searchHint}
          inputMode="search"
          onInput={setSearch}
        />
        <button type="submit" class="button" disabled={matches.length === 0}>
          {words.next}
        </button>
        <span class="soft small" role="status">
          {search && words.matches(format.value.integer(matches.length), matches.length)}
        </span>
      </form>
      {isCut && (
        <Notice>
          <p>{words.cut(format.value.integer(boxes.length), format.value.integer(nodes.length))}</p>
        </Notice>
      )}
      {drawing.error.value && <Failure error={drawing.error.value} onRetry={drawing.reload} />}
      <div class="graph-body">
        {placed && placed.boxes.length === boxes.length ? (
          <Canvas
            label={label}
            boxes={boxes}
            drawing={placed}
            chosen={chosen}
            matches={search ? new Set(matches) : null}
            onChoose={setChosen}
          />
        ) : (
          <div class="canvas empty" />
        )}
        <NodePanel nodes={nodes} chosen={chosen} onChoose={setChosen} />
      </div>
    </>
  );
}
