import { csvLine } from "../files/csvLine.js";
import type { Answer } from "../model/answers.js";
import type { Output } from "../signature/signature.js";

/** How answers are written down. */
export interface AnswerFormat {
  readonly begin: string;
  /** @param isFirst whether no other was written before */
  line(id: string, answer: Answer, isFirst: boolean): string;
  readonly end: string;
}

export const formatNames = ["csv", "json", "jsonl", "text"] as const;
export type FormatName = (typeof formatNames)[number];

/** `json` is a list, `jsonl` an object a line. */
export function formatOf(name: FormatName, output: Output): AnswerFormat {
  switch (name) {
    case "csv":
      return csvFormat(output);
    case "json":
      return {
        begin: "[",
        line: (id, answer, isFirst) =>
          `${isFirst ? "" : ","}\n${JSON.stringify({ id, ...answer })}`,
        end: "\n]\n",
      };
    case "jsonl":
      return { begin: "", line: (id, answer) => `${JSON.stringify({ id, ...answer })}\n`, end: "" };
    case "text":
      return { begin: "", line: (_, answer) => `${textOf(answer, output)}\n`, end: "" };
  }
}

/** A row an answer: its id, and the class with all probabilities, or the numbers. */
function csvFormat(output: Output): AnswerFormat {
  return {
    begin: csvLine(["id", ...columnsOf(output)]),
    line: (id, answer) => csvLine([id, ...cellsOf(answer)]),
    end: "",
  };
}

function columnsOf(output: Output): readonly string[] {
  switch (output.kind) {
    case "classes":
      return ["class", "probability", ...output.names.map((name) => `probability_${name}`)];
    case "positions":
      return ["classes", "probabilities"];
    case "numbers": {
      const count = output.shape.reduce((product, size) => product * size, 1);
      if (output.names) return output.names;
      return count === 1
        ? ["value"]
        : Array.from({ length: count }, (_, place) => `value_${place}`);
    }
  }
}

function cellsOf(answer: Answer): readonly unknown[] {
  if ("class" in answer) {
    return [answer.class, answer.probability, ...Object.values(answer.probabilities)];
  }
  if ("positions" in answer) {
    const { positions } = answer;
    return [
      JSON.stringify(positions.map((position) => position.class)),
      JSON.stringify(positions.map(({ probability }) => probability)),
    ];
  }
  return numbersOf(answer.numbers);
}

const numbersOf = (numbers: unknown): readonly number[] =>
  typeof numbers === "number" ? [numbers] : Object.values(Object(numbers)).flatMap(numbersOf);

/** The class alone, those of the positions, or the numbers with their units. */
function textOf(answer: Answer, output: Output): string {
  if ("class" in answer) return answer.class;
  if ("positions" in answer) return answer.positions.map((position) => position.class).join(" ");
  const units = output.kind === "numbers" ? (output.units ?? []) : [];
  return numbersOf(answer.numbers)
    .map((value, place) => [value, units[place]].filter((each) => each !== undefined).join(" "))
    .join(" ");
}
