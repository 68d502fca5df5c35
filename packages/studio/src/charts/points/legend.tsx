import type { JSX } from "preact";
import { type Axis, valueAt } from "versant/figures";
import { format } from "../../app/preferences.js";
import type { Item, Mark } from "./items.js";

const forms: Readonly<Record<Mark, JSX.Element>> = {
  dot: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5" />,
  triangle: <path d="M2 3h8L6 10z" fill="none" stroke="currentColor" stroke-width="1.5" />,
  cross: <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" stroke="currentColor" stroke-width="1.5" />,
};

/** The form of a mark, as large as a word. */
export function MarkIcon({ mark }: { readonly mark: Mark }): JSX.Element {
  return (
    <svg class={mark} viewBox="0 0 12 12" aria-hidden="true">
      {forms[mark]}
    </svg>
  );
}

/** What forms and colours mean, and how many there are of each form. */
export function Legend(props: {
  readonly items: readonly Item[];
  readonly color?: Axis | undefined;
}): JSX.Element {
  const { items, color } = props;
  const counts = new Map<string, { readonly mark: Mark; count: number }>();
  for (const { mark, state } of items) {
    const found = counts.get(state);
    if (found) found.count++;
    else counts.set(state, { mark, count: 1 });
  }
  const order = Object.keys(forms);
  const sorted = [...counts].sort((a, b) => order.indexOf(a[1].mark) - order.indexOf(b[1].mark));
  return (
    <ul class="legend marks">
      {sorted.map(([state, { mark, count }]) => (
        <li key={state}>
          <MarkIcon mark={mark} />
          {state} <b>{format.value.integer(count)}</b>
        </li>
      ))}
      {color && color.kind !== "words" && (
        <li>
          {color.title} {format.value.number(Number(valueAt(color, 0)))}
          <span class="ramp" aria-hidden="true" />
          {format.value.number(Number(valueAt(color, 1)))}
        </li>
      )}
    </ul>
  );
}
