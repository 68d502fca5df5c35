import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { memo } from "preact/compat";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { text } from "../../app/preferences.js";
import { leastDrag } from "../../design/drag.js";
import { Icon } from "../../design/icons.js";
import type { Drawing, Point } from "./drawing.js";
import type { DrawnNode } from "./drawn.js";
import { readable, type Sight, showing, whole, zoomed } from "./sight.js";
import { next } from "./walk.js";

export interface Box {
  /** Which box of the whole graph it is. */
  readonly position: number;
  readonly node: DrawnNode;
  readonly width: number;
  readonly height: number;
}

export interface CanvasProps {
  readonly label: string;
  readonly boxes: readonly Box[];
  readonly drawing: Drawing;
  /** Position of the chosen box in the whole graph. */
  readonly chosen: number | null;
  readonly matches: ReadonlySet<number> | null;
  readonly onChoose: (position: number) => void;
}

const step = 1.25;

/** A graph to look around in: dragged, zoomed, and walked through along its edges with the arrow keys. */
export function Canvas(props: CanvasProps): JSX.Element {
  const { label, boxes, drawing, chosen, matches, onChoose } = props;
  const words = text.value.network;
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const sight = useSignal<Sight>({ x: 0, y: 0, width: drawing.width, height: drawing.height });
  /** Where the pointer was last while it drags, and whether it has gone anywhere. */
  const dragged = useRef<Point | null>(null);
  const hasMoved = useRef(false);
  const window = () => {
    const { clientWidth = 1, clientHeight = 1 } = list.current ?? {};
    return { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
  };
  useLayoutEffect(() => {
    const output = boxes.findIndex(({ node }) => node.isOutput);
    const [box, at] = [boxes[output], drawing.boxes[output]];
    const start = readable(drawing, window());
    sight.value = box && at ? showing(start, at, box) : start;
    const sized = new ResizeObserver(() => {
      const { width, height } = window();
      const { width: shown, ...rest } = sight.peek();
      sight.value = { ...rest, width: shown, height: (shown * height) / width };
    });
    if (list.current) sized.observe(list.current);
    return () => sized.disconnect();
  }, [drawing]);

  const index = boxes.findIndex(({ position }) => position === chosen);
  useEffect(() => {
    const [box, at] = [boxes[index], drawing.boxes[index]];
    if (box && at) sight.value = showing(sight.peek(), at, box);
  }, [index, drawing]);

  const zoom = (factor: number, at?: Point): void => {
    const { x, y, width, height } = sight.peek();
    const middle = { x: x + width / 2, y: y + height / 2 };
    sight.value = zoomed(sight.peek(), factor, at ?? middle, { drawing, window: window() });
  };
  const fit = (): void => {
    sight.value = whole(drawing, window());
  };
  const scale = (): number => sight.peek().width / window().width;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zooms: Readonly<Record<string, () => void>> = {
      "+": () => zoom(step),
      "=": () => zoom(step),
      "-": () => zoom(1 / step),
      "0": fit,
    };
    const there = next(event.key, { boxes, drawing, index });
    if (there === null && !zooms[event.key]) return;
    event.preventDefault();
    zooms[event.key]?.();
    const box = there === null ? undefined : boxes[there];
    if (box) onChoose(box.position);
  };

  const onWheel = (event: WheelEvent): void => {
    // Who only scrolls past goes on scrolling.
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== list.current) return;
    event.preventDefault();
    const { x, y } = sight.peek();
    const { left = 0, top = 0 } = list.current?.getBoundingClientRect() ?? {};
    const at = { x: x + (event.clientX - left) * scale(), y: y + (event.clientY - top) * scale() };
    zoom(2 ** (-event.deltaY / 300), at);
  };
  const onPointerMove = ({ clientX, clientY }: PointerEvent): void => {
    if (!dragged.current) return;
    const { x, y } = dragged.current;
    if (!hasMoved.current && Math.hypot(clientX - x, clientY - y) < leastDrag) return;
    hasMoved.current = true;
    dragged.current = { x: clientX, y: clientY };
    const now = sight.peek();
    sight.value = {
      ...now,
      x: now.x - (clientX - x) * scale(),
      y: now.y - (clientY - y) * scale(),
    };
  };
  const { x, y, width, height } = sight.value;
  return (
    <div class="canvas">
      <div
        ref={list}
        class="sight"
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-describedby={`${id}-keys`}
        {...(index >= 0 && { "aria-activedescendant": `${id}-${chosen}` })}
        onKeyDown={onKeyDown}
        onWheel={onWheel}
        onPointerDown={({ clientX, clientY }) => {
          dragged.current = { x: clientX, y: clientY };
          hasMoved.current = false;
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          dragged.current = null;
        }}
        onPointerLeave={() => {
          dragged.current = null;
        }}
        onClickCapture={(event) => {
          // Whoever dragged a box has not chosen it.
          if (hasMoved.current) event.stopPropagation();
        }}
      >
        <svg role="presentation" viewBox={`${x} ${y} ${width} ${height}`}>
          <Edges drawing={drawing} index={index} />
          <Boxes
            id={id}
            boxes={boxes}
            drawing={drawing}
            chosen={chosen}
            matches={matches}
            onChoose={onChoose}
          />
        </svg>
      </div>
      <footer>
        <p class="hint" id={`${id}-keys`}>
          {words.keys}
        </p>
        <div class="zoom">
          <button
            type="button"
            class="button icon"
            aria-label={words.closer}
            onClick={() => zoom(step)}
          >
            <Icon name="plus" />
          </button>
          <button
            type="button"
            class="button icon"
            aria-label={words.further}
            onClick={() => zoom(1 / step)}
          >
            <Icon name="minus" />
          </button>
          <button type="button" class="button" onClick={fit}>
            {words.fit}
          </button>
        </div>
      </footer>
    </div>
  );
}

const Edges = memo(function Edges(props: { drawing: Drawing; index: number }): JSX.Element {
  const { drawing, index } = props;
  return (
    <g class="edges">
      {drawing.edges.map(({ from, to, points }) => (
        <path
          key={`${from} ${to}`}
          d={`M${points.map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`).join("L")}`}
          class={from === index ? "out" : to === index ? "in" : ""}
        />
      ))}
    </g>
  );
});

type BoxesProps = Omit<CanvasProps, "label"> & { readonly id: string };

const Boxes = memo(function Boxes(props: BoxesProps): JSX.Element {
  const { id, boxes, drawing, chosen, matches, onChoose } = props;
  const { marks } = text.value.network;
  return (
    <g>
      {boxes.map(({ position, node, width, height }, index) => {
        const at = drawing.boxes[index] as Point;
        const { mark } = node;
        const lines = linesOf(node);
        const isMatch = matches?.has(position);
        return (
          <g
            key={position}
            id={`${id}-${position}`}
            role="option"
            aria-selected={position === chosen}
            aria-label={[...lines, ...(mark ? [marks[mark]] : [])].join(" ")}
            class={`node ${node.kind} ${mark ?? ""} ${node.isOutput ? "output" : ""} ${matches ? (isMatch ? "match" : "other") : ""}`}
            transform={`translate(${Math.round(at.x - width / 2)} ${Math.round(at.y - height / 2)})`}
            onClick={() => onChoose(position)}
          >
            <rect width={width} height={height} rx={node.kind === "leaf" ? height / 2 : 5} />
            {lines.map((line, row) => (
              <text
                key={row}
                x={width / 2}
                y={18 + row * lineHeight}
                class={row === 0 ? "title" : ""}
              >
                {`${line} `}
              </text>
            ))}
          </g>
        );
      })}
    </g>
  );
});

const lineHeight = 15;
const longest = 30;

const shortened = (line: string): string =>
  line.length > longest ? `${line.slice(0, longest - 1)}…` : line;

/** What stands in a box: the operation, what tells it apart, and what comes out. */
const linesOf = ({ title, detail, values }: DrawnNode): string[] =>
  [title, detail, values.length > 1 ? `${values[0]} + ${values.length - 1}` : (values[0] ?? "")]
    .filter(Boolean)
    .map(shortened);

/** A box large enough for its lines. */
export function boxOf(node: DrawnNode, position: number): Box {
  const lines = linesOf(node);
  const width = Math.max(
    56,
    ...lines.map(({ length }, row) => length * (row === 0 ? 7.6 : 6.6) + 22),
  );
  return { position, node, width, height: 11 + lines.length * lineHeight };
}
