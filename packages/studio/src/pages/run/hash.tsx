import type { JSX } from "preact";
import { text } from "../../app/preferences.js";

/** A hash as people compare them: its beginning, with the whole of it to copy. */
export function Hash({ value }: { readonly value: string }): JSX.Element {
  return value === "unknown" ? (
    <span class="soft">{text.value.run.dataNotHashed}</span>
  ) : (
    <code title={value}>{value.slice(0, 12)}</code>
  );
}
