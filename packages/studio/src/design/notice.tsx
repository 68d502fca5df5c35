import type { ComponentChildren, JSX } from "preact";
import type { ApiError } from "../api/client.js";
import { ledgerProblem } from "../app/live.js";
import { text } from "../app/preferences.js";
import { sentenceOf } from "../app/problem.js";

export interface NoticeProps {
  readonly kind?: "info" | "success" | "warning" | "danger";
  /** Whether a screen reader says it at once. */
  readonly isUrgent?: boolean;
  readonly children: ComponentChildren;
}

/** A sentence about the page: plain, with what can be done about it. */
export function Notice({ kind = "info", isUrgent = false, children }: NoticeProps): JSX.Element {
  return (
    <div class={`notice ${kind}`} role={isUrgent ? "alert" : "status"}>
      {children}
    </div>
  );
}

/** What went wrong, and the way to ask again; nothing where the frame says already that the ledger cannot be read. */
export function Failure(props: {
  readonly error: ApiError;
  readonly onRetry: () => void;
}): JSX.Element | null {
  if (ledgerProblem.value && props.error.reason?.code.startsWith("ledger.")) return null;
  return (
    <Notice kind="danger" isUrgent>
      <p>{sentenceOf(props.error)}</p>
      <button type="button" class="button" onClick={props.onRetry}>
        {text.value.app.reload}
      </button>
    </Notice>
  );
}
