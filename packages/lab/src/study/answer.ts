import { directionOf } from "../experiment/direction.js";
import { type Difference, difference, type Estimate, holm } from "../objective/estimate.js";
import { estimateScore } from "../objective/estimateScore.js";
import type { Question, Setting } from "./question.js";

/** One training. */
export interface Measurement {
  readonly setting: Setting;
  readonly seed: number;
  /** Its name in the ledger; null where it diverged. */
  readonly run: string | null;
  /** The question's score; NaN where it diverged. */
  readonly value: number;
}

/** What came of a setting. */
export interface SettingResult {
  readonly setting: Setting;
  /** In the order of the seeds. */
  readonly measured: readonly Measurement[];
  /** Trainings that came to no number. */
  readonly diverged: number;
  /** Of those that came to one; absent where none did. */
  readonly estimate?: Estimate;
  /**
   * What it has more than the best setting, over the seeds with which both came to a number; p by Holm's method for all
   * pairs of settings, as the best is known from the same measurements. Absent for the best.
   */
  readonly besideBest?: Difference;
}

export interface Answer {
  readonly question: Question;
  readonly score: string;
  readonly direction: "min" | "max";
  readonly results: readonly SettingResult[];
}

/** Compares the settings of a question, from all of its measurements, in order. */
export function answerOf(question: Question, measured: readonly Measurement[]): Answer {
  const { score = "test.loss" } = question;
  const direction = directionOf(score) ?? "min";
  const groups = new Map<Setting, Measurement[]>();
  for (const each of measured) {
    groups.set(each.setting, [...(groups.get(each.setting) ?? []), each]);
  }
  const results = [...groups].map(([setting, group]): SettingResult => {
    const values = group.map(({ value }) => value).filter(Number.isFinite);
    const diverged = group.length - values.length;
    return {
      setting,
      measured: group,
      diverged,
      ...(values.length > 0 && { estimate: estimateScore(score, values) }),
    };
  });
  const sign = direction === "min" ? 1 : -1;
  const rank = ({ diverged, estimate }: SettingResult): number =>
    // What diverges now and then is not the best, however good it is otherwise.
    diverged > 0 || !estimate ? Number.POSITIVE_INFINITY : sign * estimate.mean;
  const best = results.reduce((first, each) => (rank(each) < rank(first) ? each : first));
  return { question, score, direction, results: compareWith(best, results) };
}

function compareWith(best: SettingResult, results: readonly SettingResult[]): SettingResult[] {
  const pairs = results.flatMap((first, index) =>
    results.slice(index + 1).map((second) => ({ first, second, found: between(first, second) })),
  );
  const adjusted = holm(pairs.map(({ found }) => found?.p ?? 1));
  return results.map((result) => {
    const place = pairs.findIndex(
      ({ first, second }) =>
        (first === best && second === result) || (first === result && second === best),
    );
    const found = result === best ? undefined : between(best, result);
    if (!found) return result;
    return { ...result, besideBest: { ...found, p: adjusted[place] ?? Number.NaN } };
  });
}

/** Over the seeds with which both came to a number; undefined of fewer than two. */
function between(first: SettingResult, second: SettingResult): Difference | undefined {
  const pairs = first.measured.flatMap(({ value }, index) => {
    const other = second.measured[index]?.value ?? Number.NaN;
    return Number.isFinite(value) && Number.isFinite(other) ? [[value, other] as const] : [];
  });
  if (pairs.length < 2) return undefined;
  return difference(
    pairs.map(([value]) => value),
    pairs.map(([, other]) => other),
  );
}
