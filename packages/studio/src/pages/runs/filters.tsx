import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Field } from "versant/studio-api";
import { text } from "../../app/preferences.js";
import { setQuery } from "../../app/router.js";
import { SearchField, Select } from "../../design/field.js";
import { Icon } from "../../design/icons.js";
import { conditionOf, type ListQuery, wantedOf, wanting } from "./query.js";

/** Fields that have a control of their own; their conditions stand in no list. */
const controls = ["state", "experiment", "tags"] as const;

/** Milliseconds after the last letter: who writes a word does not ask for each beginning of it. */
const pause = 60;

/** What narrows the list: a text, a value each of state, experiment and tag, and conditions. */
export function Filters(props: {
  readonly query: ListQuery;
  readonly fields: readonly Field[];
}): JSX.Element {
  const { query, fields } = props;
  const { app, runs, states, fields: names } = text.value;
  const change = (where: readonly string[]): void => setQuery({ where });
  const labels = { state: names.state, experiment: names.experiment, tags: runs.tag };
  return (
    <div class="filters">
      <Search value={query.search} />
      {controls.map((name) => {
        const wanted = wantedOf(query.where, name) ?? "";
        const values = fields.find((field) => field.name === name)?.values ?? [];
        const all = wanted === "" || values.includes(wanted) ? values : [...values, wanted];
        const label = labels[name] ?? name;
        const word = (value: string): string =>
          name === "state" ? (states[value as keyof typeof states] ?? value) : value;
        return (
          <Select
            key={name}
            label={label}
            value={wanted}
            options={[
              ["", app.labelled(label, runs.any)],
              ...all.map((each) => [each, word(each)] as const),
            ]}
            onChange={(value) => change(wanting(query.where, name, value))}
          />
        );
      })}
      <NewCondition fields={fields} onAdd={(each) => change([...query.where, each])} />
      {(query.where.length > 0 || query.search !== "") && (
        <button
          type="button"
          class="button quiet"
          onClick={() => setQuery({ where: [], search: "" })}
        >
          {runs.clear}
        </button>
      )}
    </div>
  );
}

function Search({ value }: { readonly value: string }): JSX.Element {
  const { runs } = text.value;
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => setQuery({ search: typed }), pause);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <div class="search">
      <Icon name="search" />
      <SearchField
        label={runs.search}
        placeholder={runs.searchHint}
        value={typed}
        onInput={setTyped}
      />
    </div>
  );
}

function NewCondition(props: {
  readonly fields: readonly Field[];
  readonly onAdd: (condition: string) => void;
}): JSX.Element {
  const { runs } = text.value;
  const [typed, setTyped] = useState("");
  const [isWrong, setIsWrong] = useState(false);
  const add = (event: Event): void => {
    event.preventDefault();
    const condition = conditionOf(typed);
    setIsWrong(condition === undefined);
    if (condition === undefined) return;
    props.onAdd(condition);
    setTyped("");
  };
  return (
    <form class="new-condition" onSubmit={add}>
      <input
        class="input mono"
        list="condition-fields"
        aria-label={runs.condition}
        aria-invalid={isWrong}
        {...(isWrong && { "aria-describedby": "condition-error" })}
        placeholder={runs.conditionHint}
        value={typed}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setIsWrong(false);
        }}
      />
      <datalist id="condition-fields">
        {props.fields.map(({ name, type }) => (
          <option key={name} value={type === "number" ? `${name} >= ` : `${name} = `} />
        ))}
      </datalist>
      <button type="submit" class="button">
        {runs.addCondition}
      </button>
      {isWrong && (
        <p class="error small" id="condition-error" role="alert">
          {runs.conditionForm}
        </p>
      )}
    </form>
  );
}

/** The conditions without a control of their own, each with a way to take it back. */
export function Conditions({ query }: { readonly query: ListQuery }): JSX.Element | null {
  const { runs } = text.value;
  const { where } = query;
  const others = where.filter((each) => !controls.some((name) => each.startsWith(`${name}=`)));
  if (others.length === 0) return null;
  return (
    <ul class="conditions" aria-label={runs.conditions}>
      {others.map((each) => (
        <li key={each}>
          <button
            type="button"
            class="condition mono"
            aria-label={runs.removeCondition(each)}
            onClick={() => setQuery({ where: where.filter((other) => other !== each) })}
          >
            {each}
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
