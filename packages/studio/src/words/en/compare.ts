import { plural } from "./plural.js";

export const compare = {
  title: "Compare",
  choose: "Choose two runs in the list, or write their names.",
  first: "First run",
  second: "Second run",
  show: "Show",
  swap: "Swap",
  same: (count: number) => `${count} ${plural(count, "difference", "differences")}`,
  noDifference: "These runs do not differ in anything that was recorded.",
  sections: {
    "hyper-parameters": "Hyper-parameters",
    model: "Model",
    data: "Data",
    code: "Code",
    environment: "Environment",
    course: "Course",
    scores: "Scores",
  } as Readonly<Record<string, string>>,
  name: "Name",
  none: "none",
  files: "Files that differ",
  curves: "Curves",
  better: "better",
};
