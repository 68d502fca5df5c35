import type { JSX } from "preact";
import type { RunState } from "versant/studio-api";
import { text } from "../app/preferences.js";

/** How a run stands: by word, colour and the shape of a dot. */
export function State(props: {
  readonly state: RunState;
  readonly isPaused?: boolean;
}): JSX.Element {
  const { state, isPaused = false } = props;
  const paused = state === "running" && isPaused;
  return (
    <span class={`state ${paused ? "stopped" : state}`}>
      {paused ? text.value.paused : text.value.states[state]}
    </span>
  );
}
