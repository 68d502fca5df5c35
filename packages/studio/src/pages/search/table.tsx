import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SearchDetail, TrialRecord } from "versant/studio-api";
import { pathOf } from "../../app/paths.js";
import { format, text } from "../../app/preferences.js";
import { MarkIcon } from "../../charts/points/legend.js";
import { Heads } from "../../design/heads.js";
import { trialMarks } from "./trials.js";

/** Rows that are shown before somebody asks for all. */
const few = 50;

const rank = { completed: 0, pruned: 1, failed: 2 } as const;

/** The trials within the brushes, the best values of the first objective first. */
export function Trials(props: {
  readonly detail: SearchDetail;
  readonly within: ReadonlySet<string>;
}): JSX.Element {
  const { detail, within } = props;
  const { record, space, search } = detail;
  const { searches, fields, plots } = text.value;
  const { value, integer, duration } = format.value;
  const [isAll, setIsAll] = useState(false);
  const sign = record.objectives[0]?.direction === "max" ? -1 : 1;
  const standing = ({ objectives: [first] }: TrialRecord): number =>
    typeof first === "number" ? sign * first : Number.MAX_VALUE;
  const trials = detail.trials
    .filter(({ number }) => within.has(`${number}`))
    .sort(
      (a, b) => rank[a.state] - rank[b.state] || standing(a) - standing(b) || a.number - b.number,
    );
  const names = Object.keys(space);
  const classOf = (name: string): string =>
    space[name]?.kind === "real" || space[name]?.kind === "int" ? "number" : "";
  const numberColumns = [
    ...[false, false],
    ...record.objectives.map(() => true),
    ...names.map((name) => classOf(name) !== ""),
    ...[true, true],
  ];
  const best = new Set(search.best.map(({ number }) => number));
  return (
    <section class="card">
      <header>
        <h2>{searches.trials}</h2>
        <span class="soft small">
          {plots.shownOf(integer(trials.length), integer(detail.trials.length))}
        </span>
      </header>
      <div class="trials">
        <table class="plain">
          <Heads
            names={[
              searches.number,
              fields.state,
              ...record.objectives.map(({ name }) => name),
              ...names.map((name) => (
                <span class="mono" key={name}>
                  {name}
                </span>
              )),
              fields.epochs,
              fields.seconds,
              searches.reason,
            ]}
            isNumber={(column) => numberColumns[column] ?? false}
          />
          <tbody>
            {trials.slice(0, isAll ? undefined : few).map((trial) => (
              <tr key={trial.number} class={best.has(trial.number) ? "best-trial" : ""}>
                <th scope="row">
                  {trial.run ? (
                    <a href={pathOf("runs", trial.run)}>{integer(trial.number)}</a>
                  ) : (
                    integer(trial.number)
                  )}
                </th>
                <td>
                  <span class="trial-state marks">
                    <MarkIcon mark={trialMarks[trial.state]} />
                    {searches.trialStates[trial.state]}
                  </span>
                </td>
                {record.objectives.map(({ name }, index) => (
                  <td class="number" key={name}>
                    {value(trial.objectives[index])}
                  </td>
                ))}
                {names.map((name) => (
                  <td class={classOf(name)} key={name}>
                    {value(trial.values[name])}
                  </td>
                ))}
                <td class="number">{integer(trial.epochs)}</td>
                <td class="number">{duration(trial.seconds)}</td>
                <td class="soft reason">{trial.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!isAll && trials.length > few && (
        <button type="button" class="button" onClick={() => setIsAll(true)}>
          {searches.allTrials}
        </button>
      )}
    </section>
  );
}
