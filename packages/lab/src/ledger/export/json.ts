import { nameNonFinite } from "../../files/canonical.js";
import { DraftFile } from "../../files/draftFile.js";
import type { MakeWriter } from "./index.js";

/** A list of runs, each with its settings, its curves and all that was recorded but those. */
export const jsonWriter: MakeWriter = (path) => {
  const file = new DraftFile(path);
  let separator = "[\n";
  return {
    add: ({ run, events, series }) => {
      const curves = Object.fromEntries(series);
      const others = events.filter(({ type }) => type !== "steps" && type !== "epoch");
      file.write(
        separator + JSON.stringify({ run, series: curves, events: others }, nameNonFinite),
      );
      separator = ",\n";
    },
    end: () => {
      file.write(separator === "[\n" ? "[]\n" : "\n]\n");
      file.end();
    },
  };
};
