import { plural } from "./plural.js";

export const runs = {
  title: "Runs",
  count: (count: string, n: number) => `${count} ${plural(n, "run", "runs")}`,
  search: "Search",
  searchHint: "Name, experiment, tag, person",
  state: "State",
  experiment: "Experiment",
  tag: "Tag",
  any: "any",
  condition: "Condition",
  conditionHint: "test.accuracy >= 0.98",
  addCondition: "Add",
  conditionForm:
    "A condition is a field, one of <= >= != < > =, and a value, such as test.accuracy >= 0.98.",
  conditions: "Conditions",
  removeCondition: (condition: string) => `Remove the condition ${condition}`,
  clear: "Clear all",
  columns: "Columns",
  columnKinds: { column: "Run", hyperparameter: "Hyper-parameters", score: "Scores" },
  sortedBy: (name: string, descending: boolean) =>
    `Sorted by ${name}, ${descending ? "descending" : "ascending"}`,
  select: "Select",
  selected: (count: number) => `${count} selected`,
  compare: "Compare",
  compareFirst: "Compare the first two",
  unselect: "Unselect",
  keys: "Arrow keys move, Enter opens, Space selects, C compares.",
  none: "No run yet. Train one:",
  noneMatch: "No run satisfies these conditions.",
};

export const tags = {
  edit: "Tags",
  title: "Tags of this run",
  hint: "Separated by spaces",
  save: "Save",
};
