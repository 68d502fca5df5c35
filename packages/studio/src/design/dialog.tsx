import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Form, type FormProps } from "./form.js";

export interface DialogProps<Name extends string> extends Omit<FormProps<Name>, "onCancel"> {
  readonly title: string;
  readonly about?: string;
  /** When it was sent, and when somebody thinks better of it. */
  readonly onClose: () => void;
}

/** A form in front of the page. The browser keeps the focus inside, and gives it back. */
export function Dialog<Name extends string>(props: DialogProps<Name>): JSX.Element {
  const { title, about, onSend, onClose, ...form } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = (): void => dialog.current?.close();

  useEffect(() => dialog.current?.showModal(), []);

  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={`${id}-title`} onClose={onClose}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {about && <p class="soft small">{about}</p>}
      </header>
      <Form
        {...form}
        onSend={async (values) => {
          await onSend(values);
          close();
        }}
        onCancel={close}
      />
    </dialog>
  );
}
