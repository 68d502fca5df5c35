import type { metrics } from "@versant/core";
import { binOf } from "@versant/core/internal";
import { type Draw, everySample, type Judged, meanOf, type Score } from "./judged.js";

/** Scores of each class are given for so many of them at most. */
const mostClasses = 50;

/** Bins of the calibration error. */
export const bins = 15;

/** What `judgeClasses` adds. */
export interface JudgedClasses extends Judged {
  readonly kind: "classes";
  readonly report: metrics.ClassificationReport;
  /** Of each class, in their order; none where there are many. */
  readonly perClass: readonly {
    readonly f1: Score;
    readonly recall: Score;
    readonly precision: Score;
  }[];
}

interface Tallies {
  readonly correct: Float64Array;
  readonly predicted: Float64Array;
  readonly support: Float64Array;
}

/** Scores of a model of classes, in the terms of `ClassificationReport`. */
export function judgeClasses(report: metrics.ClassificationReport): JudgedClasses {
  const { classes, samples } = report;
  const { labels, predicted, confidences, losses, brierScores } = report.perSample();
  const right = Float64Array.from(labels, (label, sample) => Number(label === predicted[sample]));
  const tallies = remembered((draw) => talliesOf(draw, labels, predicted, classes.length));
  const whole = tallies(everySample(samples));
  const f1 = (each: Tallies, c: number): number => {
    const all = at(each.predicted, c) + at(each.support, c);
    return all === 0 ? 0 : (2 * at(each.correct, c)) / all;
  };
  const accuracy: Score = {
    name: "accuracy",
    best: "highest",
    of: (draw) => meanOf(right, draw),
    share: { part: right.reduce((sum, each) => sum + each, 0), whole: samples },
  };
  const few = classes.length <= mostClasses ? [...classes.keys()] : [];
  return {
    kind: "classes",
    samples,
    report,
    wrongness: right.map((each) => 1 - each),
    badness: losses,
    expected: (sample) => classes[labels[sample] as number] as string,
    answered: (sample) => classes[predicted[sample] as number] as string,
    scores: [
      accuracy,
      { name: "macro F1", best: "highest", of: (draw) => macro(tallies(draw), f1) },
      { name: "log loss", best: "lowest", of: (draw) => meanOf(losses, draw) },
      { name: "AUC", best: "highest", of: aucOf(report, labels) },
      { name: "Brier score", best: "lowest", of: (draw) => meanOf(brierScores, draw) },
      {
        ...{ name: "calibration error", best: "lowest", least: 0 },
        of: calibrationErrorOf(confidences, right),
      },
    ],
    perClass: few.map((c) => ({
      f1: { name: "f1", best: "highest", of: (draw) => f1(tallies(draw), c) },
      recall: shareOf("recall", at(whole.correct, c), at(whole.support, c)),
      precision: shareOf("precision", at(whole.correct, c), at(whole.predicted, c)),
    })),
  };
}

const at = (values: Float64Array, place: number): number => values[place] as number;

/** Wilson's interval needs no draws of it. */
const shareOf = (name: string, part: number, whole: number): Score => ({
  ...{ name, best: "highest", share: { part, whole } },
  of: () => part / whole,
});

/** Several scores need the same counts of a draw. */
function remembered(tally: (draw: Draw) => Tallies): (draw: Draw) => Tallies {
  const known = new WeakMap<Draw, Tallies>();
  return (draw) => {
    const found = known.get(draw) ?? tally(draw);
    known.set(draw, found);
    return found;
  };
}

function talliesOf(
  { counts }: Draw,
  labels: Int32Array,
  predicted: Int32Array,
  classes: number,
): Tallies {
  const tallies = {
    correct: new Float64Array(classes),
    predicted: new Float64Array(classes),
    support: new Float64Array(classes),
  };
  for (let sample = 0; sample < counts.length; sample++) {
    const label = labels[sample] as number;
    const count = counts[sample] as number;
    const answer = predicted[sample] as number;
    tallies.support[label] = at(tallies.support, label) + count;
    tallies.predicted[answer] = at(tallies.predicted, answer) + count;
    if (label === answer) tallies.correct[label] = at(tallies.correct, label) + count;
  }
  return tallies;
}

/** The mean over classes that occur among labels or predictions. */
function macro(tallies: Tallies, measure: (tallies: Tallies, c: number) => number): number {
  let sum = 0;
  let occurring = 0;
  tallies.support.forEach((support, c) => {
    if (support + at(tallies.predicted, c) === 0) return;
    sum += measure(tallies, c);
    occurring++;
  });
  return sum / occurring;
}

/** Samples in the order of their scores for a class. */
interface Ranked {
  readonly order: Int32Array;
  /** Whether a place of the order is of the class, and whether the next one has a higher score. */
  readonly isPositive: Uint8Array;
  readonly isLast: Uint8Array;
}

function rankedBy(scores: Float64Array, isOfClass: (sample: number) => boolean): Ranked {
  const order = Int32Array.from(scores.keys()).sort((a, b) => at(scores, a) - at(scores, b));
  return {
    order,
    isPositive: Uint8Array.from(order, (sample) => Number(isOfClass(sample))),
    isLast: Uint8Array.from(order, (sample, place) =>
      Number(scores[order[place + 1] as number] !== scores[sample]),
    ),
  };
}

/** The area under the ROC curve: of the second of two classes, else the mean of each against the others. */
function aucOf(report: metrics.ClassificationReport, labels: Int32Array): (draw: Draw) => number {
  const { classes } = report;
  const asked = classes.length === 2 ? [1] : [...classes.keys()];
  const ranked = asked.map((c) =>
    rankedBy(report.rankingScores(c), (sample) => labels[sample] === c),
  );
  return ({ counts }) =>
    ranked.reduce((sum, each) => sum + areaOf(each, counts), 0) / ranked.length;
}

function areaOf({ order, isPositive, isLast }: Ranked, counts: Int32Array): number {
  let [below, positives, wins] = [0, 0, 0];
  let [won, lost] = [0, 0];
  for (let place = 0; place < order.length; place++) {
    const count = counts[order[place] as number] as number;
    if (isPositive[place]) won += count;
    else lost += count;
    if (!isLast[place]) continue;
    // Equal scores count one half.
    wins += won * (below + lost / 2);
    below += lost;
    positives += won;
    won = 0;
    lost = 0;
  }
  return wins / (positives * below);
}

/** The expected calibration error of a draw; see `ClassificationReport.calibrationError`. */
function calibrationErrorOf(
  confidences: Float64Array,
  right: Float64Array,
): (draw: Draw) => number {
  const places = Int32Array.from(confidences, (confidence) => binOf(confidence, bins));
  const differences = right.map((each, sample) => each - at(confidences, sample));
  return ({ samples, counts }) => {
    const gaps = new Float64Array(bins);
    for (let sample = 0; sample < counts.length; sample++) {
      const bin = places[sample] as number;
      gaps[bin] = at(gaps, bin) + (counts[sample] as number) * at(differences, sample);
    }
    return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / samples;
  };
}
