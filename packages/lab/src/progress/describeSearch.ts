import { formatTable } from "@versant/core/internal";
import type { ObjectiveRecord, SearchRecord, TrialRecord } from "../ledger/searchEvents.js";
import type { SearchSummary } from "../ledger/searches.js";
import { formatDuration, formatScore, formatTime, printable, row } from "./format.js";
import { resumeLine, searchConclusion } from "./searchConclusion.js";

/** "learningRate 0.01234, optimizer adam" */
const describeValues = (values: TrialRecord["values"]): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${shorten(value)}`)
    .join(", ");

const shorten = (value: number | string | boolean): string =>
  typeof value === "number" && !(Number.isInteger(value) && Math.abs(value) < 1e6)
    ? formatScore(value)
    : String(value);

/** Of a reason, what fits beside the rest; the run says all of it. */
const reasonLength = 100;

const cutReason = (reason: string): string =>
  reason.length <= reasonLength ? reason : `${reason.slice(0, reasonLength)}…`;

/** What is about to be searched, a line each. */
export function searchOutline(name: string, record: SearchRecord, threads: number): string[] {
  const { space, fixed, objectives, constraints, sampler, pruner, trials, jobs, seed } = record;
  const searched = Object.entries(space).map(([each, declaration]) =>
    "min" in declaration
      ? `${each} ${declaration.min} to ${declaration.max}${declaration.scale === "log" ? ", log" : ""}`
      : `${each} ${"options" in declaration ? declaration.options.join(", ") : "true, false"}`,
  );
  const processes = jobs === 1 ? "one at a time" : `${jobs} at a time`;
  return [
    row("search", name),
    ...searched.map((text, index) => row(index === 0 ? "searched" : "", text)),
    ...(Object.keys(fixed).length > 0 ? [row("fixed", describeValues(fixed))] : []),
    row("objective", objectives.map(describeObjective).join(", ")),
    ...(constraints.length === 0
      ? []
      : [row("constraints", constraints.map(describeConstraint).join(", "))]),
    row("sampler", `${sampler}, pruner ${pruner}, seed ${seed}`),
    ...replicateLines(record),
    row(
      "trials",
      `${trials}, ${processes}, ${threads} ${threads === 1 ? "thread" : "threads"} each`,
    ),
    ...(isTimed(record)
      ? [row("repeatable", "no: what is proposed depends on how fast trials are")]
      : []),
  ].map(printable);
}

/** How often each trial is trained, if more than once. */
const replicateLines = ({ seeds = 1, folds = 1, seed }: SearchRecord): string[] => {
  const how = [
    ...(folds > 1 ? [`${folds} folds`] : []),
    ...(seeds > 1 ? [`seeds ${seed} to ${seed + seeds - 1}`] : []),
  ];
  return how.length > 0 ? [row("each trial", `mean over ${how.join(", ")}, 95 % interval`)] : [];
};

/** Whether another search with the same seed may make other trials. */
const isTimed = ({ async, objectives, constraints }: SearchRecord): boolean =>
  async || [...objectives, ...constraints].some(({ name }) => name === "latency");

/** What came of a trial, in a line. */
export function trialLine(
  trial: TrialRecord,
  objectives: readonly ObjectiveRecord[],
  isBest: boolean,
): string {
  const scores = objectives
    .flatMap(({ name }, index) => {
      const value = trial.objectives[index];
      const interval = trial.intervals?.[index]?.map(shorten).join(" to ");
      return value === undefined
        ? []
        : [`${name} ${shorten(value)}${interval ? ` (${interval})` : ""}`];
    })
    .join(" | ");
  const details = [
    ...(scores ? [scores + (isBest ? " (best so far)" : "")] : []),
    `${trial.epochs} ${trial.epochs === 1 ? "epoch" : "epochs"}`,
    describeValues(trial.values),
    ...(trial.reason === undefined ? [] : [cutReason(trial.reason)]),
  ];
  const number = `trial ${String(trial.number).padStart(3)}`;
  return printable(row(`${number} ${trial.state}`.padEnd(20), details.join("; ")));
}

/**
 * About how long the trials that are left take, if they take as long as those that are made.
 *
 * @param seconds that `made` trials took, several at a time where they are
 */
export function estimateLine(made: number, left: number, seconds: number): string {
  const each =
    left === 1 ? "the trial that is left takes" : `the ${left} trials that are left take`;
  const first = made === 1 ? "the first" : `the first ${made}`;
  return row(
    "estimate",
    `${each} about ${formatDuration((left * seconds) / made)}, going by ${first}`,
  );
}

/** Everything about one search, for people: a line each. */
export function describeSearch(search: SearchSummary): string[] {
  const { record, trials } = search;
  const limits = [
    ...(record.plateau === undefined ? [] : [`${record.plateau} trials without a better one`]),
    ...(record.trialSeconds === undefined ? [] : [`${record.trialSeconds} s a trial`]),
  ];
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
  const { state, reason } = search;
  return [
    `${search.name} of ${record.experiment}`,
    row("state", reason === undefined || reason === state ? state : `${state}: ${reason}`),
    row("started", `${formatTime(search.started)} UTC`),
    row("command", `versant ${record.command.join(" ")}`),
    row("objectives", record.objectives.map(describeObjective).join(", ")),
    ...(record.constraints.length === 0
      ? []
      : [row("constraints", record.constraints.map(describeConstraint).join(", "))]),
    row("sampler", `${record.sampler}, seed ${record.seed}, jobs ${record.jobs}`),
    row("pruner", record.pruner),
    ...replicateLines(record),
    ...(limits.length === 0 ? [] : [row("limits", limits.join(", "))]),
    row("trained", `${formatDuration(seconds)} in all trials together`),
    ...searchConclusion(search, record.file),
    ...(trials.length < record.trials && state !== "running" ? [resumeLine(search.name)] : []),
    "",
    ...trialTable(search),
  ].map(printable);
}

const describeObjective = ({ name, direction }: ObjectiveRecord): string => `${direction} ${name}`;

const describeConstraint = (each: SearchSummary["record"]["constraints"][number]): string =>
  `${each.name} ${each.operator} ${each.limit}`;

function trialTable({ record, trials }: SearchSummary): readonly string[] {
  if (trials.length === 0) return [];
  const names = Object.keys(record.space);
  const header = ["trial", "state", "run", ...record.objectives.map(({ name }) => name), ...names];
  const rows = trials.map((trial) => [
    String(trial.number),
    trial.state,
    trial.run ?? "",
    ...record.objectives.map((_, index) => cell(trial.objectives[index])),
    ...names.map((name) => cell(trial.values[name])),
  ]);
  return formatTable({ header, rows, numbersFrom: 3, cut: 0 }).lines;
}

const cell = (value: number | string | boolean | undefined): string =>
  value === undefined ? "" : shorten(value);
