import type { JSX } from "preact";
import type { LogIn, Session } from "versant/studio-api";
import { type ApiError, post, refusal } from "../api/client.js";
import { Dialog } from "../design/dialog.js";
import { Form } from "../design/form.js";
import { Failure } from "../design/notice.js";
import { text } from "./preferences.js";
import { openSession, session } from "./session.js";

/**
 * What stands in place of a page for whoever has not been let in; and in front of one that was open when the server
 * forgot this browser, so that nothing half-written is lost.
 */
export function Door({ error }: { readonly error: ApiError }): JSX.Element {
  const { app } = text.value;
  if (error.status !== 401) {
    return (
      <div class="door">
        <Failure error={error} onRetry={() => void openSession()} />
      </div>
    );
  }
  const form = {
    fields: { token: { label: app.token, isSecret: true } },
    send: app.enter,
    onSend: enter,
  };
  if (session.value) {
    return (
      <Dialog
        {...form}
        title={app.noToken}
        about={app.noTokenHelp}
        onClose={() => {
          if (refusal.value) session.value = null;
        }}
      />
    );
  }
  return (
    <div class="door">
      <h1>{app.noToken}</h1>
      <p class="soft">{app.noTokenHelp}</p>
      <Form {...form} />
    </div>
  );
}

async function enter({ token }: { readonly token: string }): Promise<void> {
  await post<Session>("/api/session", { token } satisfies LogIn);
  await openSession();
  // The token was right, and the next request is refused all the same: its cookie has not come back.
  if (refusal.value?.status === 401) throw new Error(text.value.app.noCookies);
}
