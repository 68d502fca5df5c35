import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { text } from "../app/preferences.js";
import { sentenceOf } from "../app/problem.js";
import { TextField, type TextFieldProps } from "./field.js";
import { Notice } from "./notice.js";

type Values<Name extends string> = Readonly<Record<Name, string>>;

/** One text of a form. */
export interface Field<Name extends string>
  extends Omit<TextFieldProps, "value" | "onInput" | "error"> {
  /** What stands there at first. Default: nothing. */
  readonly initial?: string;
  /** What is wrong with what is filled in, without white space around it; undefined for nothing. */
  readonly check?: (value: string, values: Values<Name>) => string | undefined;
}

export interface FormProps<Name extends string> {
  /** In the order in which they stand. */
  readonly fields: Readonly<Record<Name, Field<Name>>>;
  readonly send: string;
  /** Sends what is filled in, without white space around it; what it throws is shown, and the form stays. */
  readonly onSend: (values: Values<Name>) => Promise<void>;
  readonly onCancel?: () => void;
}

/** Texts that are filled in, checked when they are to be sent, and sent. */
export function Form<Name extends string>(props: FormProps<Name>): JSX.Element {
  const { fields, send, onSend, onCancel } = props;
  const names = Object.keys(fields) as Name[];
  const form = useRef<HTMLFormElement>(null);
  const [filled, setFilled] = useState<Partial<Values<Name>>>({});
  const [isChecked, setIsChecked] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [isSending, setIsSending] = useState(false);

  const written = (name: Name): string => filled[name] ?? fields[name].initial ?? "";
  const values = Object.fromEntries(
    names.map((name) => [name, written(name).trim()]),
  ) as Values<Name>;
  const faultOf = (name: Name) => fields[name].check?.(values[name], values);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isSending) return;
    setIsChecked(true);
    if (names.some((name) => faultOf(name) !== undefined)) {
      // The first field that is wrong: after it has been drawn as such.
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(),
      );
      return;
    }
    setIsSending(true);
    try {
      setFailure(undefined);
      await onSend(values);
    } catch (error) {
      setFailure(error);
    } finally {
      setIsSending(false);
    }
  };

  return (
    <form class="form" noValidate onSubmit={submit} ref={form}>
      {names.map((name) => {
        const { initial: _initial, check: _check, ...field }: Field<Name> = fields[name];
        return (
          <TextField
            key={name}
            {...field}
            value={written(name)}
            onInput={(value) => setFilled((all) => ({ ...all, [name]: value }))}
            error={isChecked ? faultOf(name) : undefined}
          />
        );
      })}
      {failure !== undefined && (
        <Notice kind="danger" isUrgent>
          <p>{sentenceOf(failure)}</p>
        </Notice>
      )}
      <footer>
        {onCancel && (
          <button type="button" class="button" onClick={onCancel}>
            {text.value.app.cancel}
          </button>
        )}
        <button type="submit" class="button primary" disabled={isSending}>
          {send}
        </button>
      </footer>
    </form>
  );
}
