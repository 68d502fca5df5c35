import type { EpochRecord, Scores } from "@versant/core";
import type { Run } from "../experiment/run.js";
import { nameNonFinite } from "../files/canonical.js";
import type { LeakReport } from "../honesty/leakCheck.js";

/** What `--report` writes: enough to know what ran, to compare it, and to run it again. */
export interface Report {
  /** Its name in the ledger; absent where it was not recorded. */
  readonly run?: string;
  readonly experiment: string;
  readonly device: string;
  /** What decides the last bits: the same seed gives the same weights on the same arithmetic. */
  readonly arithmetic: string;
  readonly seed: number;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly parameters: number;
  /** What it began with, and what became of the model's tensors; absent where all were drawn. */
  readonly from?: NonNullable<Run["origin"]>;
  /** Rows that stand in the data more than once. */
  readonly leaks: LeakReport | "not checked";
  readonly epochs: readonly EpochRecord[];
  /** Why training ended before its last epoch, if it did. */
  readonly stopped?: string;
  readonly interrupted?: true;
  /** What ended training when a value stopped being finite, or what `--strict` refused. */
  readonly failure?: string;
  /** Absent when training did not come to its end, and where there are no test data. */
  readonly test?: Scores;
  /** Of a test sample in a batch of up to 1000; absent with the test. */
  readonly millisecondsPerPrediction?: number;
  /** Of a test sample alone, the median of some; absent with the test. */
  readonly latencyMilliseconds?: number;
  /** What the experiment itself found in its model. */
  readonly inspection?: Readonly<Record<string, unknown>>;
  /** From the start of the process. */
  readonly seconds: number;
  /** Largest resident memory of the process, in millions of bytes. */
  readonly peakMemoryMB: number;
  /** Of the weights that were tested, as safetensors with names in order. */
  readonly weightsSha256: string;
}

/** What came of a run, beyond what the run itself knows. */
export type Outcome = Pick<
  Report,
  | "run"
  | "leaks"
  | "stopped"
  | "interrupted"
  | "failure"
  | "test"
  | "millisecondsPerPrediction"
  | "latencyMilliseconds"
  | "inspection"
  | "weightsSha256"
>;

export function makeReport(
  run: Run,
  { run: name, leaks, weightsSha256, ...outcome }: Outcome,
): Report {
  return {
    ...(name !== undefined && { run: name }),
    experiment: run.experiment.name,
    device: run.device.name,
    arithmetic: run.device.arithmetic,
    seed: run.seed,
    hyperparameters: run.values,
    parameters: run.parameters,
    ...(run.origin && { from: run.origin }),
    leaks,
    epochs: run.training?.history.epochs ?? [],
    ...outcome,
    seconds: process.uptime(),
    // libuv counts in kibibytes on every system.
    peakMemoryMB: (process.resourceUsage().maxRSS * 1024) / 1e6,
    weightsSha256,
  };
}

export const formatReport = (report: object): string =>
  `${JSON.stringify(report, nameNonFinite, 2)}\n`;
