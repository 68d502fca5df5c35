import { type Block, foreignName } from "../blocks.js";
import { type Context, described } from "./context.js";

/** How good it is on data that it was not trained on, and how sure that is. */
export function evaluation(context: Context): Block[] {
  return [...described(context, "metrics"), ...testScores(context), ...classScores(context)];
}

function testScores({ facts, words, format }: Context): Block[] {
  const { scores, history, testRows, testLooks } = facts;
  const { evaluation } = history;
  if (!evaluation) return [{ kind: "notice", status: "missing", text: words.noTest }];
  const hasInterval = scores.some(({ interval }) => interval);
  const count = (value: number | undefined): string =>
    value === undefined ? words.unknown : format.count(value);
  return [
    {
      kind: "table",
      header: words.scoreHeader,
      numbersFrom: 1,
      rows: scores.map(({ name, value, interval }) => [
        foreignName(name),
        format.score(value),
        interval ? format.interval(interval) : "–",
      ]),
    },
    {
      kind: "text",
      text: hasInterval ? words.intervalMethod(count(testRows)) : words.noInterval,
    },
    {
      kind: "facts",
      rows: [
        [words.testRows, count(testRows)],
        [words.testTime, format.time(evaluation.time)],
        [words.testPurpose, foreignName(evaluation.payload.purpose)],
        [words.testLooks, count(testLooks)],
      ],
    },
  ];
}

function classScores({ facts, words, format }: Context): Block[] {
  const score = (value: number | undefined): string =>
    value === undefined ? "–" : format.score(value);
  return [
    { kind: "heading", text: words.classScores },
    facts.classes.length === 0
      ? { kind: "text", text: words.noClassScores }
      : {
          kind: "table",
          header: words.classHeader,
          numbersFrom: 1,
          rows: facts.classes.map(({ name, support, precision, recall, interval, f1 }) => [
            foreignName(name),
            support === undefined ? "–" : format.count(support),
            score(precision),
            score(recall),
            interval ? format.interval(interval) : "–",
            score(f1),
          ]),
        },
  ];
}
