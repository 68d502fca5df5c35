import { csvLine } from "../files/csvLine.js";
import type { Answer, NestedNumbers, NumbersAnswer } from "../model/answers.js";
import type { Output } from "../signature/signature.js";
import { shown } from "./shortest.js";

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
        line: (id, answer, isFirst) => `${isFirst ? "" : ","}\n${jsonOf(id, answer)}`,
        end: "\n]\n",
      };
    case "jsonl":
      return { begin: "", line: (id, answer) => `${jsonOf(id, answer)}\n`, end: "" };
    case "text":
      return { begin: "", line: (_, answer) => `${textOf(answer, output)}\n`, end: "" };
  }
}

const jsonOf = (id: string, answer: Answer): string =>
  JSON.stringify({ id, ...answer }, (_, value) => shown(value));

/** A row an answer: its id, and the class with all probabilities, or the numbers. */
function csvFormat(output: Output): AnswerFormat {
  return {
    begin: csvLine(["id", ...columnsOf(output)]),
    line: (id, answer) => csvLine([id, ...cellsOf(answer, output).map(shown)]),
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

/** In the order of the signature: that of an object's keys is another, where they look like numbers. */
function cellsOf(answer: Answer, output: Output): readonly unknown[] {
  if ("class" in answer) {
    const names = output.kind === "classes" ? output.names : [];
    return [answer.class, answer.probability, ...names.map((name) => answer.probabilities[name])];
  }
  if ("positions" in answer) {
    const { positions } = answer;
    return [
      JSON.stringify(positions.map((position) => position.class)),
      JSON.stringify(positions.map(({ probability }) => shown(probability))),
    ];
  }
  return numbersOf(answer, output);
}

function numbersOf({ numbers }: NumbersAnswer, output: Output): readonly unknown[] {
  const names = output.kind === "numbers" ? output.names : undefined;
  return names ? names.map((name) => Object(numbers)[name]) : flat(numbers as NestedNumbers);
}

const flat = (numbers: NestedNumbers): readonly number[] =>
  typeof numbers === "number" ? [numbers] : numbers.flatMap(flat);

/** The class alone, those of the positions, or the numbers with their units. */
function textOf(answer: Answer, output: Output): string {
  if ("class" in answer) return answer.class;
  if ("positions" in answer) return answer.positions.map((position) => position.class).join(" ");
  const units = output.kind === "numbers" ? (output.units ?? []) : [];
  return numbersOf(answer, output)
    .map((value, place) =>
      [shown(value), units[place]].filter((each) => each !== undefined).join(" "),
    )
    .join(" ");
}
