import { DraftFile } from "./draftFile.js";
import type { MakeWriter } from "./index.js";

/** A list of runs, each with its settings, its curves and all that was recorded but those. */
export const jsonWriter: MakeWriter = (path) => {
  const file = new DraftFile(path);
  let separator = "[\n";
  return {
    add: ({ run, events, series }) => {
      const curves = Object.fromEntries(
        [...series].map(([name, points]) => [
          name,
          points.map(({ value, ...point }) => ({ ...point, value: numberOrWord(value) })),
        ]),
      );
      const others = events.filter(({ type }) => type !== "steps" && type !== "epoch");
      file.write(separator + JSON.stringify({ run, series: curves, events: others }));
      separator = ",\n";
    },
    end: () => {
      file.write(separator === "[\n" ? "[]\n" : "\n]\n");
      file.end();
    },
  };
};

/** JSON has no word for what is not finite. */
const numberOrWord = (value: number): number | string =>
  Number.isFinite(value) ? value : String(value);
