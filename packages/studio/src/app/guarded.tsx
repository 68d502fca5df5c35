import type { ComponentChildren, JSX } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { Notice } from "../design/notice.js";
import { text } from "./preferences.js";

/**
 * What is inside, or why it cannot be drawn: a ledger may hold what no version of Versant writes, and what is wrong
 * with one part of a page shall take nothing else away.
 */
export function Guarded({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const [error, tryAgain] = useErrorBoundary((error) => console.error(error));
  if (error === undefined) return <>{children}</>;
  const { app } = text.value;
  return (
    <Notice kind="danger" isUrgent>
      <p>{app.broken(error instanceof Error ? error.message : String(error))}</p>
      <button type="button" class="button" onClick={tryAgain}>
        {app.reload}
      </button>
    </Notice>
  );
}
