import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { type Axis, ticksOf, valueAt } from "versant/figures";
import { format, text } from "../../app/preferences.js";
import { leastDrag } from "../../design/drag.js";
import { type Brush, moved, strideOf } from "./brush.js";

export interface BrushedAxisProps {
  readonly axis: Axis;
  /** Of the middle of the axis, in pixels. */
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
  /** Room for its name. */
  readonly width: number;
  readonly brush: Brush | undefined;
  readonly onBrush: (brush: Brush | undefined) => void;
}

/** Pixels within which a pointer takes hold of an end. */
const grip = 8;

/** One axis of parallel coordinates: its name, ticks, and the part of it that is looked at. */
export function BrushedAxis(props: BrushedAxisProps): JSX.Element {
  const { axis, x, top, bottom, width, brush, onBrush } = props;
  const height = bottom - top;
  const strip = useRef<HTMLDivElement>(null);
  /** Where a drag began, and what it moves; null while there is none. */
  const drag = useRef<{ readonly from: number; isDrag: boolean } | null>(null);
  const shown = brush ?? ([0, 1] as const);

  const positionAt = (event: PointerEvent): number => {
    const { top: start = 0 } = strip.current?.getBoundingClientRect() ?? {};
    return Math.max(0, Math.min(1, 1 - (event.clientY - start) / height));
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    strip.current?.setPointerCapture(event.pointerId);
    const at = positionAt(event);
    const near = (end: number): boolean =>
      brush !== undefined && Math.abs(at - end) * height < grip;
    // Who takes hold of one end pulls it away from the other.
    const from = near(shown[0]) ? shown[1] : near(shown[1]) ? shown[0] : at;
    drag.current = { from, isDrag: from !== at };
  };
  const move = (event: PointerEvent): void => {
    const begun = drag.current;
    if (!begun) return;
    const at = positionAt(event);
    if (!begun.isDrag && Math.abs(at - begun.from) * height < leastDrag) return;
    begun.isDrag = true;
    onBrush([Math.min(at, begun.from), Math.max(at, begun.from)]);
  };
  const up = (): void => {
    const begun = drag.current;
    drag.current = null;
    if (!begun || begun.isDrag) return;
    onBrush(brush || axis.kind !== "words" ? undefined : slotOf(axis, begun.from));
  };

  return (
    <div class="axis" style={{ transform: `translateX(${x}px)` }}>
      <span class="name small ellipsis" title={axis.title} style={{ width: `${width}px` }}>
        {axis.title}
      </span>
      {ticksOf(axis, 5).map(({ at, value }) => (
        <span
          key={value}
          class="tick ellipsis"
          title={`${value}`}
          style={{ top: `${bottom - at * height}px`, maxWidth: `${Math.max(40, width - 12)}px` }}
        >
          {format.value.value(value)}
        </span>
      ))}
      <div
        ref={strip}
        class={`strip ${brush ? "brushed" : ""}`}
        style={{ top: `${top}px`, height: `${height}px` }}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => {
          drag.current = null;
        }}
      >
        <div
          class="range"
          style={{ bottom: `${shown[0] * 100}%`, height: `${(shown[1] - shown[0]) * 100}%` }}
        />
        <End {...{ axis, brush: shown, onBrush }} end="low" />
        <End {...{ axis, brush: shown, onBrush }} end="high" />
      </div>
    </div>
  );
}

/** The part of an axis that one word has. */
function slotOf(axis: Axis, position: number): Brush {
  const stride = strideOf(axis);
  const index = Math.min(axis.words.length - 1, Math.floor(position / stride));
  return [index * stride, (index + 1) * stride];
}

interface EndProps {
  readonly axis: Axis;
  readonly brush: Brush;
  readonly end: "low" | "high";
  readonly onBrush: (brush: Brush | undefined) => void;
}

/** One end of the part that is looked at, as a slider: arrows move it, Delete or Escape takes the whole axis again. */
function End({ axis, brush, end, onBrush }: EndProps): JSX.Element {
  const { plots } = text.value;
  const at = brush[end === "low" ? 0 : 1];
  const press = (event: KeyboardEvent): void => {
    const stride = strideOf(axis);
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: at + stride,
      ArrowRight: at + stride,
      ArrowDown: at - stride,
      ArrowLeft: at - stride,
      PageUp: at + 4 * stride,
      PageDown: at - 4 * stride,
      Home: 0,
      End: 1,
    };
    const to = moves[event.key];
    if (to !== undefined) onBrush(moved(brush, end, to));
    else if (event.key === "Delete" || event.key === "Escape") onBrush(undefined);
    else return;
    event.preventDefault();
  };
  // A word belongs to the part when its middle does.
  const inside = axis.kind === "words" ? strideOf(axis) / 2 : 0;
  const value = valueAt(axis, end === "low" ? at + inside : at - inside);
  return (
    <div
      class="end"
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={plots.end(axis.title, end)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      aria-valuetext={format.value.value(value)}
      style={{ bottom: `${at * 100}%` }}
      onKeyDown={press}
    />
  );
}
