import { formatTable } from "versant";

export interface ClassScores {
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly count: number;
}

/** Precision, recall and F1 = 2 P R / (P + R) of counted hits; 0 where nothing is counted. */
export function scoresOf(
  name: string,
  hits: number,
  predicted: number,
  count: number,
): ClassScores {
  const precision = predicted === 0 ? 0 : hits / predicted;
  const recall = count === 0 ? 0 : hits / count;
  const f1 = predicted + count === 0 ? 0 : (2 * hits) / (predicted + count);
  return { name, precision, recall, f1, count };
}

/** The scores of each class, one against the others. */
export function classScores(
  names: readonly string[],
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
): ClassScores[] {
  return names.map((name, label) => {
    let [hits, found, count] = [0, 0, 0];
    for (let index = 0; index < actual.length; index++) {
      if (predicted[index] === label) found++;
      if (actual[index] === label) count++;
      if (predicted[index] === label && actual[index] === label) hits++;
    }
    return scoresOf(name, hits, found, count);
  });
}

/** The unweighted mean over classes. */
export const macroF1 = (classes: readonly ClassScores[]): number =>
  classes.reduce((sum, { f1 }) => sum + f1, 0) / classes.length;

export function scoreTable(classes: readonly ClassScores[]): string[] {
  const digits = (value: number): string => value.toFixed(3);
  const rows = classes.map(({ name, precision, recall, f1, count }) => [
    name,
    digits(precision),
    digits(recall),
    digits(f1),
    String(count),
  ]);
  const header = ["class", "precision", "recall", "F1", "count"];
  return [...formatTable({ header, rows, numbersFrom: 1, cut: 0 }).lines];
}
