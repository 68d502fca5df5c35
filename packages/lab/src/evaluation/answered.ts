import { ArgumentError, metrics } from "@versant/core";
import { sizeOf } from "@versant/core/internal";
import type { Output } from "../signature/signature.js";
import { type JudgedClasses, judgeClasses } from "./judgeClasses.js";
import type { Judged } from "./judged.js";
import { judgeNumbers } from "./judgeNumbers.js";

/** A sample beside its answer. */
export interface Row {
  readonly id: string;
  readonly place: string;
  /** The index of a class, or numbers in people's unit. */
  readonly expected: ArrayLike<number>;
}

/** What a model said of samples that came in batches: 8 (C + 1) bytes a sample of C classes, 16 K of K numbers. */
export interface Answered {
  /** @throws ArgumentError, which names the place, for an answer that is not finite */
  add(rows: readonly Row[], answers: ArrayLike<number>): void;
  judge(): Judged | JudgedClasses;
}

/** @param output any but positions */
export function answeredOf(output: Output): Answered {
  const width = sizeOf(output.shape);
  return output.kind === "numbers"
    ? answeredNumbers(output, width)
    : answeredClasses(output.names, output.activation === "none", width);
}

function answeredClasses(
  classes: readonly string[],
  areProbabilities: boolean,
  width: number,
): Answered {
  const scores = areProbabilities ? "probabilities" : "logits";
  const report = new metrics.ClassificationReport({ classes, scores });
  return {
    add: (rows, answers) => {
      requireFinite(rows, answers, width);
      report.add(
        Float64Array.from(answers),
        Int32Array.from(rows, ({ expected }) => expected[0] ?? -1),
      );
    },
    judge: () => judgeClasses(report),
  };
}

function answeredNumbers(
  { names, scale }: Extract<Output, { kind: "numbers" }>,
  width: number,
): Answered {
  const answers: number[] = [];
  const expected: number[] = [];
  const at = (list: readonly number[], place: number): number =>
    list[place % list.length] as number;
  const inUnit = (value: number, place: number): number =>
    scale ? value * at(scale.deviation, place) + at(scale.mean, place) : value;
  return {
    add: (rows, batch) => {
      requireFinite(rows, batch, width);
      for (let place = 0; place < rows.length * width; place++) {
        answers.push(inUnit(batch[place] as number, place % width));
      }
      for (const row of rows) expected.push(...Array.from(row.expected));
    },
    judge: () =>
      judgeNumbers({
        answers: Float64Array.from(answers),
        expected: Float64Array.from(expected),
        names: names ?? Array.from({ length: width }, (_, place) => `[${place}]`),
      }),
  };
}

function requireFinite(rows: readonly Row[], answers: ArrayLike<number>, width: number): void {
  for (let place = 0; place < rows.length * width; place++) {
    if (Number.isFinite(answers[place])) continue;
    throw new ArgumentError(
      `${rows[Math.floor(place / width)]?.place}: the model answers ${answers[place]}, expected a finite number; ` +
        "its training may have diverged, which `versant show` tells.",
    );
  }
}
