import { type Block, foreignName } from "../blocks.js";
import type { Chart } from "../chart.js";
import { epochCurves, lossFirst, stepCurve } from "../curves.js";
import type { Context } from "./context.js";
import { landscapes } from "./landscape.js";

/** More rows than these tell no more. */
const mostRows = 12;

/** How training went: curves, and some of the epochs in numbers. */
export function training(context: Context): Block[] {
  const { facts, words, format } = context;
  const { run } = facts.history;
  const all = charts(context);
  return [
    {
      kind: "facts",
      rows: [
        [words.epochs, format.count(run.epochs)],
        [words.steps, format.count(run.steps)],
        [words.checkpoints, format.count(facts.checkpoints)],
      ],
    },
    ...(all.length > 0 ? [{ kind: "charts", charts: all } as const] : []),
    ...epochTable(context),
    ...landscapes(context),
  ];
}

/** Curves of losses and metrics over epochs, and the losses of batches. */
export function charts({ facts, words }: Context): Chart[] {
  const named = { train: words.trainCurve, validation: words.validationCurve };
  const byEpoch: Chart[] = epochCurves(facts.epochs).map(({ metric, curves }) => ({
    name: metric,
    title: words.metricOverEpochs(foreignName(metric)),
    xTitle: words.epochAxis,
    curves,
    legend: curves.map(({ name }) => (name === "train" ? named.train : named.validation)),
    marks: [],
    markWord: words.intervention,
    logWord: words.log,
  }));
  const steps = stepCurve(facts.training);
  if (!steps) return byEpoch;
  const marks = facts.steering.map(({ applied }) => applied.payload.place.step);
  const byStep: Chart = {
    name: "steps",
    title: words.stepLoss,
    xTitle: words.batchAxis,
    curves: [steps],
    legend: [words.stepsCurve],
    marks,
    markWord: words.intervention,
    logWord: words.log,
  };
  const [first, ...others] = byEpoch;
  return [...(first ? [first] : []), byStep, ...others];
}

function epochTable({ facts, words, format }: Context): Block[] {
  const { epochs } = facts;
  if (epochs.length === 0) return [{ kind: "text", text: words.noEpochs }];
  const every = Math.ceil(epochs.length / mostRows);
  const shown = epochs.filter(
    (_, index) =>
      index === epochs.length - 1 ||
      (index % every === every - 1 && index < epochs.length - every / 2),
  );
  const columns = (["train", "validation"] as const).flatMap((part) => {
    const names = new Set(epochs.flatMap(({ payload }) => Object.keys(payload[part] ?? {})));
    return lossFirst(names).map((name) => ({ part, name }));
  });
  return [
    {
      kind: "table",
      header: [
        ...words.epochHeader,
        ...columns.map(
          ({ part, name }) =>
            `${foreignName(name)}, ${part === "train" ? words.trainCurve : words.validationCurve}`,
        ),
      ],
      numbersFrom: 0,
      rows: shown.map(({ payload }) => [
        format.count(payload.epoch),
        format.score(payload.seconds),
        format.number(payload.learningRate),
        ...columns.map(({ part, name }) => {
          const score = payload[part]?.[name];
          return score === undefined ? "–" : format.score(score);
        }),
      ]),
    },
    ...(shown.length < epochs.length
      ? [
          {
            kind: "text",
            text: words.seeAll(format.count(shown.length), format.count(epochs.length)),
          } as const,
        ]
      : []),
  ];
}
