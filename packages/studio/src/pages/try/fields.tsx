import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { SingleInput, TableInput } from "versant/studio-api";
import { language, text } from "../../app/preferences.js";
import { Select, TextField } from "../../design/field.js";
import type { Sample } from "./encode.js";
import type { ImageTools } from "./model.js";

interface FieldProps<Input extends SingleInput = SingleInput> {
  readonly name: string;
  readonly input: Input;
  readonly sample: Sample | undefined;
  readonly images: ImageTools;
  /** Undefined where there is nothing any more. */
  readonly onChange: (sample: Sample | undefined) => void;
}

/** What people give as one input of a model. */
export function InputFields(props: FieldProps): JSX.Element {
  const { input, sample, onChange } = props;
  if (input.kind === "image") return <ImageField {...props} input={input} />;
  if (typeof sample === "object" && !(sample instanceof Promise)) {
    return <NamedFields {...props} values={sample} />;
  }
  const words = text.value.tryIt;
  return (
    <TextField
      label={props.name || (input.kind === "text" ? words.message : words.numbers)}
      value={typeof sample === "string" ? sample : ""}
      rows={5}
      onInput={onChange}
      {...(input.kind === "numbers" && { hint: words.listHint(input.shape.join(" × ")) })}
    />
  );
}

/** A row of a table, or numbers with names: one field for each. */
function NamedFields(
  props: FieldProps & { readonly values: Readonly<Record<string, string>> },
): JSX.Element {
  const { name: legend, input, values, onChange } = props;
  return (
    <fieldset class="named-fields">
      {legend && <legend>{legend}</legend>}
      {Object.entries(values).map(([name, value]) => {
        const set = (changed: string): void => onChange({ ...values, [name]: changed });
        const options = input.kind === "table" ? optionsOf(input, name) : undefined;
        if (!options) {
          const mode = input.kind === "numbers" ? ({ inputMode: "decimal" } as const) : {};
          return <TextField key={name} label={name} value={value} onInput={set} {...mode} />;
        }
        return (
          <div class="field" key={name}>
            <span class="label" aria-hidden="true">
              {name}
            </span>
            <Select
              label={name}
              value={value}
              options={["", ...options].map((each) => [each, each])}
              onChange={set}
            />
          </div>
        );
      })}
    </fieldset>
  );
}

/** A choice of more is a field to write in. */
const mostOptions = 100;

/** The categories of a column; undefined where it has none, or others may be given. */
function optionsOf({ encoder }: TableInput, name: string): readonly string[] | undefined {
  const fitted = encoder.inputs[name];
  if (!fitted || !("categories" in fitted)) return undefined;
  const { categories, unknown } = fitted;
  return unknown === "error" && categories.length <= mostOptions ? categories : undefined;
}

/** A field to draw on where the model reads small grey images, and a file in any case. */
function ImageField(props: FieldProps<Extract<SingleInput, { kind: "image" }>>): JSX.Element {
  const { name, input, images, onChange } = props;
  const words = text.value.tryIt;
  const place = useRef<HTMLDivElement>(null);
  const isDrawn = input.channels === 1 && input.width <= 64;
  // What is drawn outlives the functions of one rendering.
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => {
    if (!isDrawn) return;
    const field = images.drawing(
      input,
      (pixels) => change.current(pixels && Promise.resolve(pixels)),
      { clear: words.clear, label: words.drawing },
    );
    field.querySelector("button")?.classList.add("button");
    place.current?.replaceChildren(field);
  }, [input, language.value]);
  return (
    <div class="image-field">
      {name && <h2>{name}</h2>}
      {isDrawn && (
        <>
          <p class="soft">{words.draw}</p>
          <div ref={place} />
        </>
      )}
      <label class="field">
        <span class="label">{isDrawn ? words.orUpload : words.upload}</span>
        <input
          class="input"
          type="file"
          accept="image/*"
          onChange={({ currentTarget: { files } }) => {
            const file = files?.[0];
            if (file) onChange(images.pixelsOf(file, input));
          }}
        />
      </label>
    </div>
  );
}
