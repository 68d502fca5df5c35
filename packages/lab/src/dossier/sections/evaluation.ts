import type { Event } from "../../ledger/events.js";
import { type Block, foreignName } from "../blocks.js";
import type { Matrix } from "../matrix.js";
import { type Context, described, hashCell } from "./context.js";

/** How good it is on data that it was not trained on, and how sure that is. */
export function evaluation(context: Context): Block[] {
  return [...described(context, "metrics"), ...measured(context)];
}

/** Scores, and where it was wrong. */
export const measured = (context: Context): Block[] => [
  ...testScores(context),
  ...classScores(context),
  ...confusions(context).map((matrix): Block => ({ kind: "matrix", matrix })),
  ...evaluations(context),
];

/** What was answered for which class, of the last part that was looked at: none where there are no classes. */
export function confusions({ facts, words }: Context): Matrix[] {
  const { mistakes } = facts;
  if (mistakes?.content.kind !== "classes") return [];
  const { part, content } = mistakes;
  const { classes, matrix } = content;
  return [
    {
      title: words.confusion(words.parts[part] ?? part),
      classes: classes.map(foreignName),
      counts: matrix,
      rowWord: words.isClass,
      columnWord: words.answeredClass,
    },
  ];
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

/** What was measured on other data after the run; nothing is asked for where nobody did. */
function evaluations(context: Context): Block[] {
  const { facts, words } = context;
  if (facts.evaluations.length === 0) return [];
  return [
    { kind: "heading", text: words.evaluations },
    ...facts.evaluations.flatMap((event) => evaluationBlocks(context, event)),
    { kind: "text", text: words.evaluationMethod },
  ];
}

function evaluationBlocks(
  { words, format }: Context,
  { time, payload }: Event<"evaluation">,
): Block[] {
  const { data, scores, slices, against, model } = payload;
  const bounds = (score: Bounds): string =>
    Number.isNaN(score.low) ? "–" : format.interval(score);
  const worse = slices.filter(({ isWorse }) => isWorse);
  return [
    {
      kind: "facts",
      rows: [
        [words.evaluationData, foreignName(data.name)],
        [words.dataHash, hashCell(data.hash)],
        [words.evaluationModel, hashCell(model)],
        [words.evaluationRows, format.count(data.rows)],
        [words.evaluationSkipped, format.count(data.skipped)],
        [words.evaluationTime, format.time(time)],
      ],
    },
    {
      kind: "table",
      header: words.scoreHeader,
      numbersFrom: 1,
      rows: scores
        .filter(({ value }) => !Number.isNaN(value))
        .map((score) => [foreignName(score.name), format.score(score.value), bounds(score)]),
    },
    ...(worse.length > 0
      ? [
          { kind: "text", text: words.worseSlices } as const,
          {
            kind: "table",
            header: words.sliceHeader,
            numbersFrom: 2,
            rows: worse.map(({ by, value, samples, score, p }) => [
              foreignName(`${by} ${value}`),
              foreignName(score.name),
              ...[format.count(samples), format.score(score.value), bounds(score), format.score(p)],
            ]),
          } as const,
        ]
      : []),
    ...(against
      ? [
          { kind: "text", text: words.comparedWith(foreignName(against.name)) } as const,
          {
            kind: "table",
            header: words.differenceHeader,
            numbersFrom: 1,
            rows: against.differences.map((difference) => [
              foreignName(difference.name),
              ...[format.score(difference.value), bounds(difference)],
            ]),
          } as const,
        ]
      : []),
  ];
}

type Bounds = { readonly low: number; readonly high: number };
