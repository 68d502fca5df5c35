import { type Axis, type AxisValue, axisOf } from "versant/figures";
import type { SearchDetail, TrialRecord } from "versant/studio-api";
import type { Item, Mark } from "../../charts/points/items.js";

/** Under which name trials have their own number among their values: no hyper-parameter can be called so. */
export const numberName = "#";

/** Under which name trials have an objective among their values; hyper-parameters may share the objective's own. */
export const objectiveName = (index: number): string => `objective ${index + 1}`;

/** How a trial ended, as a form. */
export const trialMarks: Readonly<Record<TrialRecord["state"], Mark>> = {
  completed: "dot",
  pruned: "triangle",
  failed: "cross",
};

/** What pictures say of trials. */
export interface TrialWords {
  readonly trial: (number: string) => string;
  readonly trialStates: Readonly<Record<TrialRecord["state"], string>>;
  readonly number: string;
}

export function itemsOf({ trials, search }: SearchDetail, words: TrialWords): readonly Item[] {
  const best = new Set(search.best.map(({ number }) => number));
  return trials.map(({ number, state, values, objectives }) => ({
    id: `${number}`,
    label: words.trial(`${number}`),
    mark: trialMarks[state],
    state: words.trialStates[state],
    isBest: best.has(number),
    values: {
      ...values,
      [numberName]: number,
      ...Object.fromEntries(objectives.map((value, index) => [objectiveName(index), value])),
    },
  }));
}

/** The axes of a search: the numbers of its trials, what is searched, in its range, and its objectives. */
export interface SearchAxes {
  readonly number: Axis;
  readonly space: readonly Axis[];
  readonly objectives: readonly Axis[];
}

export function axesOf(detail: SearchDetail, words: TrialWords, isLog: boolean): SearchAxes {
  const { trials, record, space } = detail;
  return {
    number: axisOf(numberName, [1, Math.max(2, trials.length)], { title: words.number }),
    space: Object.entries(space).map(([name, declaration]) => {
      const values = trials.map((trial): AxisValue => trial.values[name]);
      if (declaration.kind === "choice") return axisOf(name, [], { words: declaration.options });
      if (declaration.kind === "flag") return axisOf(name, [], { words: ["false", "true"] });
      const { min, max, scale } = declaration;
      return axisOf(name, values, { range: [min, max], isLog: scale === "log" });
    }),
    objectives: record.objectives.map(({ name }, index) =>
      axisOf(
        objectiveName(index),
        trials.map(({ objectives }) => objectives[index]),
        { title: name, isLog },
      ),
    ),
  };
}
