import { ArgumentError } from "@versant/core";
import { intervalOf, type ResampledScore } from "@versant/core/internal";
import type { ComparisonRecord, DifferenceRecord } from "../ledger/evaluationEvent.js";
import type { Measured } from "./evaluateModel.js";
import { type DrawOptions, drawScores } from "./intervals.js";
import { everySample, type Judged, type Score } from "./judged.js";
import { mcNemar } from "./significance.js";

/**
 * Whether model B is better than A on the same samples: the difference B - A of each score, with a 95 %
 * interval by the paired bootstrap. Each draw of samples is scored for both, so that what is hard for
 * both parts neither (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993; Koehn, "Statistical
 * Significance Tests for Machine Translation Evaluation", 2004). It says nothing of what another seed of the
 * training would have come to.
 *
 * @throws ArgumentError when the two did not answer the same samples
 */
export async function compareMeasured(
  a: Measured,
  b: Measured,
  options: DrawOptions,
): Promise<Omit<ComparisonRecord, "name" | "model">> {
  requireSame(a, b);
  const { samples } = a.judged;
  const all = everySample(samples);
  const pairs = a.judged.scores.flatMap((score, place): [Score, Score][] => {
    const other = b.judged.scores[place];
    const isDefined = !Number.isNaN(score.of(all)) && other && !Number.isNaN(other.of(all));
    return isDefined ? [[score, other]] : [];
  });
  const measures = Object.fromEntries(
    pairs.map(([first, second]) => [
      first.name,
      (draw: Parameters<Score["of"]>[0]) => second.of(draw) - first.of(draw),
    ]),
  );
  const drawn = await drawScores(samples, measures, options);
  const differences = pairs.map(([score]) =>
    differenceOf(score, drawn.get(score.name) as ResampledScore),
  );
  return {
    differences,
    ...(a.judged.kind === "classes" && { mcNemar: onlyOne(a.judged, b.judged) }),
    verdict: verdictOf(pairs[0]?.[0], differences[0]),
  };
}

function requireSame(a: Measured, b: Measured): void {
  const same =
    a.judged.samples === b.judged.samples &&
    a.ids.every((id, place) => id === b.ids[place]) &&
    a.ids.every((_, sample) => a.judged.expected(sample) === b.judged.expected(sample));
  if (same && a.judged.kind === b.judged.kind) return;
  throw new ArgumentError(
    `--against: the models answered ${a.judged.samples} rows with ${a.judged.kind} and ${b.judged.samples} rows with ` +
      `${b.judged.kind}, expected the same rows, and the same classes or numbers for both.`,
  );
}

function differenceOf({ name, best }: Score, score: ResampledScore): DifferenceRecord {
  const { estimate, low, high } = intervalOf(score);
  const known = score.drawn.filter((each) => !Number.isNaN(each));
  const wins = known.reduce((sum, each) => {
    const gain = best === "highest" ? each : -each;
    return sum + (gain > 0 ? 1 : gain === 0 ? 0.5 : 0);
  }, 0);
  return { name, value: estimate, low, high, better: wins / known.length };
}

function onlyOne(a: Judged, b: Judged): { onlyA: number; onlyB: number; p: number } {
  let [onlyA, onlyB] = [0, 0];
  a.wrongness.forEach((wrong, sample) => {
    const other = b.wrongness[sample] as number;
    if (wrong < other) onlyA++;
    if (wrong > other) onlyB++;
  });
  return { onlyA, onlyB, p: mcNemar(onlyA, onlyB) };
}

function verdictOf(
  score: Score | undefined,
  difference: DifferenceRecord | undefined,
): ComparisonRecord["verdict"] {
  if (!score || !difference) return "no difference";
  const { low, high } = difference;
  if (low > 0) return score.best === "highest" ? "B is better" : "A is better";
  if (high < 0) return score.best === "highest" ? "A is better" : "B is better";
  return "no difference";
}
