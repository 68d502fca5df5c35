import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Field } from "versant/studio-api";
import { text } from "../../app/preferences.js";
import { SearchField } from "../../design/field.js";
import { chosenColumns, namesOf, titleOf } from "./columns.js";

/** Which columns the list shows, by kind; a text finds one among many. */
export function ColumnChoice(props: {
  readonly fields: readonly Field[];
  readonly shown: readonly string[];
}): JSX.Element {
  const { fields, shown } = props;
  const { runs } = text.value;
  const [typed, setTyped] = useState("");
  const toggle = (name: string): void => {
    chosenColumns.value = shown.includes(name)
      ? shown.filter((each) => each !== name)
      : [...shown, name];
  };
  return (
    <div class="column-choice">
      <SearchField label={runs.search} value={typed} onInput={setTyped} />
      {(["column", "score", "hyperparameter"] as const).map((kind) => (
        <fieldset key={kind}>
          <legend>{runs.columnKinds[kind]}</legend>
          {namesOf(fields, kind)
            .filter((name) => titleOf(name).toLowerCase().includes(typed.toLowerCase()))
            .map((name) => (
              <label class="check" key={name}>
                <input
                  type="checkbox"
                  checked={shown.includes(name)}
                  onChange={() => toggle(name)}
                />
                {titleOf(name)}
              </label>
            ))}
        </fieldset>
      ))}
    </div>
  );
}
