import { overfittingStep } from "../../figures/overfitting.js";
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

/** The epoch from which on the model learnt its training data by heart, if there is one. */
function overfitting(curves: Chart["curves"]): number[] {
  const [train, validation] = ["train", "validation"].map((part) => {
    const { points = [] } = curves.find(({ name }) => name === part) ?? {};
    return { step: points.map(({ x }) => x), value: points.map(({ y }) => y) };
  });
  const epoch = overfittingStep(train, validation);
  return epoch === null ? [] : [epoch];
}

/** The learning rate over the epochs. */
function rateChart({ facts, words }: Context): Chart[] {
  const points = facts.epochs.map(({ payload }) => ({ x: payload.epoch, y: payload.learningRate }));
  if (points.length === 0) return [];
  return [
    {
      ...{ name: "learning-rate", title: words.learningRate, xTitle: words.epochAxis },
      ...{ curves: [{ name: "rate", points }], legend: [words.learningRate] },
      ...{ marks: [], markWord: "", logWord: words.log },
    },
  ];
}

/** Curves of losses, metrics and the learning rate over epochs, and the losses of batches. */
export function charts(context: Context): Chart[] {
  const { facts, words } = context;
  const rate = rateChart(context);
  const named = { train: words.trainCurve, validation: words.validationCurve };
  const byEpoch: Chart[] = epochCurves(facts.epochs).map(({ metric, curves }) => ({
    name: metric,
    title: words.metricOverEpochs(foreignName(metric)),
    xTitle: words.epochAxis,
    curves,
    legend: curves.map(({ name }) => (name === "train" ? named.train : named.validation)),
    marks: metric === "loss" ? overfitting(curves) : [],
    markWord: words.overfitting,
    logWord: words.log,
  }));
  const steps = stepCurve(facts.training);
  if (!steps) return [...byEpoch, ...rate];
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
  return [...(first ? [first] : []), byStep, ...others, ...rate];
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
