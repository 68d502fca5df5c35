import { formatTable } from "@versant/core/internal";
import type { EvaluationReport } from "../evaluation/evaluateModel.js";
import type {
  ComparisonRecord,
  DifferenceRecord,
  EvaluationRecord,
  ScoreRecord,
  SliceRecord,
} from "../ledger/evaluationEvent.js";
import { formatCount, formatScore, printable, row } from "./format.js";

/** Confusion matrices of more classes do not fit a terminal; the report has them. */
const widest = 12;

/** What `versant evaluate` prints of a model. */
export function describeEvaluation(report: EvaluationReport): string[] {
  const { scores, slices, perClass = [], confusion, calibration, worst, against } = report;
  const sections = {
    "": [headline(report)],
    Scores: scoreLines(scores),
    "Per class": classLines(perClass),
    Slices: sliceLines(slices.filter(({ by }) => by !== "class" || perClass.length === 0)),
    Worse: slices.filter(({ isWorse }) => isWorse).map(describeWorse),
    "Confusion (rows: expected, columns: answered)": confusionLines(confusion),
    Calibration: calibrationLines(calibration),
    "Worst answers": worstLines(worst),
    Comparison: against ? comparisonLines(against, scores, report.data.rows) : [],
  };
  return Object.entries(sections)
    .flatMap(([title, lines]) =>
      lines.length === 0 ? [] : ["", ...(title ? [title] : []), ...lines],
    )
    .slice(1)
    .map(printable);
}

const headline = ({ name, data, target }: EvaluationRecord): string =>
  `${name} on ${data.name}: ${describeRows(data)}${target.length > 0 ? `, expected ${target.join(", ")}` : ""}`;

const describeRows = ({ rows, skipped }: EvaluationRecord["data"]): string =>
  `${formatCount(rows)} ${rows === 1 ? "row" : "rows"}${skipped > 0 ? ` (${formatCount(skipped)} left out)` : ""}`;

const describeInterval = ({
  low,
  high,
}: {
  readonly low: number;
  readonly high: number;
}): string => (Number.isNaN(low) ? "" : `${formatScore(low)} to ${formatScore(high)}`);

const describeScore = (score: ScoreRecord): string =>
  Number.isNaN(score.value)
    ? "not defined"
    : `${formatScore(score.value)} (${describeInterval(score)})`;

/** Why a score may not be defined. */
const reasons: Readonly<Record<string, string>> = {
  AUC: "not defined: it needs samples of every class, and of two at least",
  R2: "not defined: the expected numbers do not vary",
};

function scoreLines(scores: readonly ScoreRecord[]): string[] {
  const rows = scores.map(({ name, value, method, ...bounds }) =>
    Number.isNaN(value)
      ? [name, "", "", reasons[name.replace(/ of .*/, "")] ?? "not defined"]
      : [name, formatScore(value), describeInterval(bounds), method],
  );
  return table(["score", "value", "95 % interval", "by"], rows);
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0
    ? []
    : [...formatTable({ header, rows, numbersFrom: header.length, cut: 0 }).lines];

const classLines = (classes: NonNullable<EvaluationReport["perClass"]>): string[] =>
  table(
    ["class", "samples", "precision", "recall", "F1"],
    classes.map(({ name, samples, precision, recall, f1 }) => [
      name,
      formatCount(samples),
      ...[precision, recall, f1].map(describeScore),
    ]),
  );

const sliceLines = (slices: readonly SliceRecord[]): string[] =>
  table(
    ["column", "value", "samples", slices[0]?.score.name ?? "", ""],
    slices.map(({ by, value, samples, score, isWorse }) => [
      ...[by, value, formatCount(samples), describeScore(score)],
      isWorse ? "worse" : "",
    ]),
  );

/** "class 7: accuracy 0.71 in 120 samples is worse than the whole beyond chance (p 0.003)" */
const describeWorse = ({ by, value, samples, score, p }: SliceRecord): string =>
  `${by} ${value}: ${score.name} ${formatScore(score.value)} in ${formatCount(samples)} samples is worse than ` +
  `the rest beyond chance (p ${formatScore(p)} after Holm's correction)`;

function confusionLines(confusion: EvaluationReport["confusion"]): string[] {
  if (!confusion || confusion.classes.length > widest) return [];
  const { classes, counts } = confusion;
  const rows = counts.map((line, place) => [classes[place] as string, ...line.map(formatCount)]);
  return [...formatTable({ header: ["", ...classes], rows, numbersFrom: 1, cut: 0 }).lines];
}

function calibrationLines(calibration: EvaluationReport["calibration"]): string[] {
  if (!calibration) return [];
  const filled = calibration.bins.filter(({ samples }) => samples > 0);
  const { temperature } = calibration;
  const sureness = temperature > 1 ? "too sure" : "not sure enough";
  const mend = Number.isNaN(temperature)
    ? "none from 0.01 to 100 is best"
    : `${formatScore(temperature)}: logits divided by it have the least log loss, as the model is ${sureness}`;
  return [
    ...table(
      ["probability", "samples", "mean", "right"],
      filled.map(({ from, to, samples, confidence, accuracy }) => [
        `${from.toFixed(2)} to ${to.toFixed(2)}`,
        formatCount(samples),
        ...[confidence, accuracy].map((share) => share.toFixed(3)),
      ]),
    ),
    row("temperature", mend),
  ];
}

const worstLines = (worst: EvaluationReport["worst"]): string[] =>
  table(
    ["row", "expected", "answered", "error"],
    worst.map(({ id, expected, answered, badness }) => [
      id,
      expected,
      answered,
      formatScore(badness),
    ]),
  );

/** Differences of scores, and what follows from them in a sentence. */
function comparisonLines(
  comparison: ComparisonRecord,
  scores: readonly ScoreRecord[],
  rows: number,
): string[] {
  const { differences, mcNemar, name } = comparison;
  const before = new Map(scores.map((score) => [score.name, score.value]));
  return [
    `B is ${name}`,
    ...table(
      ["score", "A", "B", "B - A", "95 % interval", "B better in"],
      differences.map(({ name, value, better, ...bounds }) => {
        const a = before.get(name) ?? Number.NaN;
        const cells = [a, a + value, value].map(formatScore);
        return [name, ...cells, describeInterval(bounds), `${(100 * better).toFixed(1)} %`];
      }),
    ),
    ...(mcNemar
      ? [
          row(
            "McNemar",
            `only A right ${formatCount(mcNemar.onlyA)} times, only B ${formatCount(mcNemar.onlyB)} times: p ${formatScore(mcNemar.p)}`,
          ),
        ]
      : []),
    describeVerdict(comparison, rows),
  ];
}

/** "B is better: accuracy +1.2 points (0.4 to 2.0)", or "no difference beyond chance in 500 rows". */
function describeVerdict(
  { verdict, differences: [leading] }: Pick<ComparisonRecord, "verdict" | "differences">,
  rows: number,
): string {
  const change = leading ? `: ${describeDifference(leading)}` : "";
  return verdict === "no difference"
    ? `no difference beyond chance in ${formatCount(rows)} ${rows === 1 ? "row" : "rows"}${change}`
    : `${verdict}${change}`;
}

function describeDifference({ name, value, low, high }: DifferenceRecord): string {
  const isShare = name === "accuracy";
  const text = (each: number): string => (isShare ? (100 * each).toFixed(1) : formatScore(each));
  return `${name} ${value > 0 ? "+" : ""}${text(value)}${isShare ? " points" : ""} (${text(low)} to ${text(high)})`;
}

/** What `versant show` says of the evaluations of a run, a few lines each. */
export function evaluationLines(
  evaluations: readonly { readonly time: string; readonly payload: EvaluationRecord }[],
): string[] {
  return evaluations.flatMap(({ time, payload }) => {
    const { data, scores, slices, against } = payload;
    const defined = scores.filter(({ value }) => !Number.isNaN(value));
    return [
      row(time.slice(0, 19).replace("T", " "), `${data.name}: ${describeRows(data)}`),
      row("", `SHA-256 ${data.hash}`),
      ...defined.map((score) => row(`  ${score.name}`, describeScore(score))),
      ...slices.filter(({ isWorse }) => isWorse).map((slice) => row("", describeWorse(slice))),
      ...(against
        ? [row("  against", `${against.name}: ${describeVerdict(against, data.rows)}`)]
        : []),
    ];
  });
}
