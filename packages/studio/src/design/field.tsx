import type { JSX } from "preact";
import { useId } from "preact/hooks";

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  /** More than one: a text of several lines. */
  readonly rows?: number;
  readonly inputMode?: "decimal" | "text" | "search";
  readonly isSecret?: boolean;
  /** Whether another one stands beside it, where there is room. */
  readonly isHalf?: boolean;
}

/** A labelled text, with a hint and what is wrong with it. */
export function TextField(props: TextFieldProps): JSX.Element {
  const { label, value, onInput, hint, error, placeholder, rows = 1, inputMode = "text" } = props;
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const attributes = {
    id,
    class: "input",
    value,
    placeholder: placeholder ?? "",
    ...(described && { "aria-describedby": described }),
    "aria-invalid": error !== undefined,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      onInput(currentTarget.value),
  };
  return (
    <div class={props.isHalf ? "field half" : "field"}>
      <label class="label" for={id}>
        {label}
      </label>
      {rows > 1 ? (
        <textarea {...attributes} rows={rows} />
      ) : (
        <input
          {...attributes}
          {...(props.isSecret ? ({ type: "password" } as const) : { inputMode })}
          autocomplete="off"
        />
      )}
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error && (
        <span class="error" id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  );
}

export interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, name: string])[];
  readonly onChange: (value: T) => void;
}

/** A text to find something by; the label stands where a screen reader finds it. */
export function SearchField(props: {
  readonly label: string;
  readonly value: string;
  /** Default: the label. */
  readonly placeholder?: string;
  readonly onInput: (value: string) => void;
}): JSX.Element {
  const { label, value, placeholder = label, onInput } = props;
  return (
    <input
      type="search"
      class="input"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onInput={({ currentTarget }) => onInput(currentTarget.value)}
    />
  );
}

/** One of some values; the label stands where a screen reader finds it. */
export function Select<T extends string>(props: SelectProps<T>): JSX.Element {
  const { label, value, options, onChange } = props;
  return (
    <select
      class="input"
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => {
        const chosen = options.find(([each]) => each === currentTarget.value);
        if (chosen) onChange(chosen[0]);
      }}
    >
      {options.map(([each, name]) => (
        <option key={each} value={each}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** One of a few values, side by side. */
export function Segments<T extends string>(props: SelectProps<T>): JSX.Element {
  const { label, value, options, onChange } = props;
  return (
    <fieldset class="segments-group">
      <legend class="visually-hidden">{label}</legend>
      <div class="segments">
        {options.map(([each, name]) => (
          <button
            type="button"
            key={each}
            aria-pressed={each === value}
            onClick={() => onChange(each)}
          >
            {name}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
