import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SearchDetail } from "versant/studio-api";
import { pathOf } from "../../app/paths.js";
import { format, text } from "../../app/preferences.js";
import { type Fact, Facts } from "../../design/facts.js";
import { Select } from "../../design/field.js";

/** The best trial, or one of the Pareto front: its values, and what trains with them. */
export function Best({ detail }: { readonly detail: SearchDetail }): JSX.Element {
  const { searches } = text.value;
  const { value, integer } = format.value;
  const { search, record, commands } = detail;
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, search.best.length - 1);
  const trial = search.best[at];
  const command = commands[at] ?? "";
  const isFront = record.objectives.length > 1;
  return (
    <section class="card best">
      <header>
        <h2>{isFront ? searches.front : searches.bestTrial}</h2>
        {trial && isFront && (
          <Select
            label={searches.front}
            value={`${at}`}
            options={search.best.map(({ number }, index) => [
              `${index}`,
              searches.trial(integer(number)),
            ])}
            onChange={(index) => setChosen(Number(index))}
          />
        )}
        {trial && !isFront && <span class="soft">{searches.trial(integer(trial.number))}</span>}
        {trial?.run && (
          <a class="end" href={pathOf("runs", trial.run)}>
            {trial.run}
          </a>
        )}
      </header>
      {trial ? (
        <>
          <Facts
            facts={[
              ...record.objectives.map(
                ({ name }, index): Fact => [
                  name,
                  <strong class="number" key={index}>
                    {value(trial.objectives[index])}
                    {trial.intervals?.[index] && (
                      <span class="soft"> [{trial.intervals[index].map(value).join(", ")}]</span>
                    )}
                  </strong>,
                ],
              ),
              ...Object.entries(trial.values).map(
                ([name, each]): Fact => [
                  name,
                  <span class="number" key={name}>
                    {value(each)}
                  </span>,
                ],
              ),
            ]}
          />
          <Command key={command} command={command} />
        </>
      ) : (
        <p class="soft">{searches.noBest}</p>
      )}
    </section>
  );
}

function Command({ command }: { readonly command: string }): JSX.Element {
  const { searches } = text.value;
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div class="command">
      <span class="soft small">{searches.command}</span>
      <div>
        <code>{command}</code>
        <button
          type="button"
          class="button"
          onClick={() =>
            // Where the clipboard is forbidden, the text is there to be selected.
            void navigator.clipboard?.writeText(command).then(
              () => setIsCopied(true),
              () => setIsCopied(false),
            )
          }
        >
          {isCopied ? searches.copied : searches.copy}
        </button>
        <span class="visually-hidden" role="status">
          {isCopied ? searches.copied : ""}
        </span>
      </div>
    </div>
  );
}
