import { join } from "node:path";
import { csvLine } from "../../files/csvLine.js";
import { DraftFile } from "../../files/draftFile.js";
import { runColumns } from "../runs.js";
import type { ExportedRun, MakeWriter } from "./index.js";

/** `runs.csv` has a row a run, `points.csv` a row a value: run, name, step, time, value. RFC 4180. */
export const csvWriter: MakeWriter = (path) => {
  const points = new DraftFile(join(path, "points.csv"));
  points.write(csvLine(["run", "name", "step", "time", "value"]));
  // The columns are known when all runs are.
  const rows: Map<string, unknown>[] = [];
  return {
    add: (exported) => {
      rows.push(cellsOf(exported));
      for (const [name, curve] of exported.series) {
        for (const { step, time, value } of curve) {
          points.write(csvLine([exported.run.id, name, step, time, value]));
        }
      }
    },
    end: () => {
      points.end();
      const runs = new DraftFile(join(path, "runs.csv"));
      const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
      runs.write(csvLine(names));
      for (const row of rows) runs.write(csvLine(names.map((name) => row.get(name))));
      runs.end();
    },
  };
};

/** A hyper-parameter may have the name of a column. */
const cellsOf = ({ run }: ExportedRun): Map<string, unknown> =>
  new Map([
    ...runColumns.map((name) => [name as string, run[name]] as const),
    ["from", run.from],
    ...Object.entries(run.hyperparameters).map(
      ([name, value]) => [`hyperparameter.${name}`, value] as const,
    ),
    ...Object.entries(run.scores).map(([name, value]) => [`score.${name}`, value] as const),
  ]);
