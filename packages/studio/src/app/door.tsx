import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LogIn, Session } from "versant/studio-api";
import { type ApiError, post } from "../api/client.js";
import { TextField } from "../design/field.js";
import { Failure, Notice } from "../design/notice.js";
import { text } from "./preferences.js";
import { openSession } from "./session.js";

/** What stands in place of a page for whoever has not been let in. */
export function Door({ error }: { readonly error: ApiError }): JSX.Element {
  const { app } = text.value;
  const [token, setToken] = useState("");
  const [failure, setFailure] = useState<string>();
  if (error.status !== 401) {
    return (
      <div class="door">
        <Failure error={error} onRetry={() => void openSession()} />
      </div>
    );
  }
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await post<Session>("/api/session", { token: token.trim() } satisfies LogIn);
      await openSession();
    } catch (error) {
      setFailure(app.failed(error instanceof Error ? error.message : String(error)));
    }
  };
  return (
    <form class="door" onSubmit={enter}>
      <h1>{app.noToken}</h1>
      <p class="soft">{app.noTokenHelp}</p>
      <TextField label={app.token} isSecret value={token} onInput={setToken} />
      {failure && (
        <Notice kind="danger" isUrgent>
          <p>{failure}</p>
        </Notice>
      )}
      <div>
        <button type="submit" class="button primary">
          {app.enter}
        </button>
      </div>
    </form>
  );
}
