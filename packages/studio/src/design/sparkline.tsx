import type { JSX } from "preact";
import type { Sparkline as Values } from "versant/studio-api";
import { height, sparklinePath, width } from "./sparklinePath.js";

/** A curve without axes, as large as a word. */
export function Sparkline({ name, values }: Values): JSX.Element {
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={name}>
      <path d={sparklinePath(values)} fill="none" stroke="var(--series-1)" stroke-width="1.4" />
    </svg>
  );
}
