import { type Draw, everySample, type Judged, meanOf, type Score } from "./judged.js";

/** Answers and expected numbers, (N, K) row-major, in people's unit. */
export interface NumberRows {
  readonly answers: Float64Array;
  readonly expected: Float64Array;
  /** Of the K numbers; one without a name has scores without one. */
  readonly names: readonly string[];
}

/** Scores of a model of numbers, of each number by itself. */
export function judgeNumbers({ answers, expected, names }: NumberRows): Judged {
  const width = names.length;
  const samples = expected.length / width;
  const columns = names.map((name, column) => {
    const read = (rows: Float64Array): Float64Array =>
      Float64Array.from({ length: samples }, (_, row) => rows[row * width + column] as number);
    return { name: width === 1 ? "" : name, targets: read(expected), answers: read(answers) };
  });
  const wrongness = wrongnessOf(columns, samples);
  const shown = (rows: Float64Array, sample: number): string =>
    Array.from(rows.subarray(sample * width, (sample + 1) * width), (value) =>
      String(Number(value.toPrecision(6))),
    ).join(", ");
  return {
    kind: "numbers",
    samples,
    scores: columns.flatMap(scoresOf),
    wrongness,
    badness: wrongness,
    expected: (sample) => shown(expected, sample),
    answered: (sample) => shown(answers, sample),
  };
}

interface NumberColumn {
  readonly name: string;
  readonly targets: Float64Array;
  readonly answers: Float64Array;
}

function errorsOf({ targets, answers }: NumberColumn): Float64Array {
  return targets.map((target, sample) => Math.abs((answers[sample] as number) - target));
}

function scoresOf(column: NumberColumn): Score[] {
  const { targets, name } = column;
  const errors = errorsOf(column);
  const squares = errors.map((error) => error ** 2);
  const called = (score: string): string => (name === "" ? score : `${score} of ${name}`);
  return [
    { name: called("MAE"), best: "lowest", of: (draw) => meanOf(errors, draw) },
    { name: called("RMSE"), best: "lowest", of: (draw) => Math.sqrt(meanOf(squares, draw)) },
    {
      name: called("R2"),
      best: "highest",
      of: (draw) => 1 - meanOf(squares, draw) / varianceOf(targets, draw),
    },
  ];
}

/** NaN where they do not vary. In a second pass, where it does not cancel. */
function varianceOf(values: Float64Array, draw: Draw): number {
  const mean = meanOf(values, draw);
  const variance = meanOf(
    values.map((value) => (value - mean) ** 2),
    draw,
  );
  return variance > (mean * 2 ** -50) ** 2 ? variance : Number.NaN;
}

/** The error of a number; of several, the mean of each in proportion to its mean error, so that all count alike. */
function wrongnessOf(columns: readonly NumberColumn[], samples: number): Float64Array {
  const errors = columns.map(errorsOf);
  const [only] = errors;
  if (only && errors.length === 1) return only;
  const sizes = errors.map((each) => meanOf(each, everySample(samples)) || 1);
  return Float64Array.from({ length: samples }, (_, sample) => {
    const shares = errors.map((each, k) => (each[sample] as number) / (sizes[k] as number));
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  });
}
