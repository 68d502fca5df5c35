import type { JSX } from "preact";
import type { SearchState as Name } from "versant/studio-api";
import { text } from "../../app/preferences.js";

/** How a search stands: the colours and forms are those of runs. */
export function SearchState({ state }: { readonly state: Name }): JSX.Element {
  const form = state === "plateau" || state === "time" ? "completed" : state;
  return <span class={`state ${form}`}>{text.value.searches.states[state]}</span>;
}
