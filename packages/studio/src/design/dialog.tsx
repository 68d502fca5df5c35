import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { text } from "../app/preferences.js";

export interface DialogProps {
  readonly title: string;
  readonly about?: string;
  readonly send: string;
  /** Whether what is filled in can be sent; fields show why not. */
  readonly validate: () => boolean;
  /** Sends it; what it throws is shown, and the dialog stays. */
  readonly onSend: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A form in front of the page. The browser keeps the focus inside, and gives it back. */
export function Dialog(props: DialogProps): JSX.Element {
  const { title, about, send, validate, onSend, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [failure, setFailure] = useState<string>();
  const [isSending, setIsSending] = useState(false);
  const id = useId();

  useEffect(() => dialog.current?.showModal(), []);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isSending) return;
    if (!validate()) {
      // The first field that is wrong: after it has been drawn as such.
      requestAnimationFrame(() =>
        dialog.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(),
      );
      return;
    }
    setIsSending(true);
    try {
      await onSend();
      dialog.current?.close();
    } catch (error) {
      setFailure(text.value.app.failed(error instanceof Error ? error.message : String(error)));
      setIsSending(false);
    }
  };

  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={`${id}-title`} onClose={onClose}>
      <form noValidate onSubmit={submit}>
        <header>
          <h2 id={`${id}-title`}>{title}</h2>
          {about && <p class="soft small">{about}</p>}
        </header>
        {children}
        {failure && (
          <div class="notice danger" role="alert">
            <p>{failure}</p>
          </div>
        )}
        <footer>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {text.value.app.cancel}
          </button>
          <button type="submit" class="button primary" disabled={isSending}>
            {send}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
