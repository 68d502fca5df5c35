import type { TrialRecord } from "../ledger/searchEvents.js";
import type { SearchSummary } from "../ledger/searches.js";
import { flagsOf } from "../tune/flags.js";
import { importanceIn, trialsForImportance } from "../tune/report.js";
import { bestTrials } from "../tune/standings.js";
import { formatScore, row } from "./format.js";

type Concluded = Pick<SearchSummary, "record" | "trials">;

/**
 * What came of a search: how many trials, the best ones, how to train with their values, what mattered, and why trials
 * failed.
 *
 * @param file the experiment's, as it is to be typed
 */
export function searchConclusion({ record, trials }: Concluded, file: string): string[] {
  const best = bestTrials(trials, record);
  const epochs = trials.reduce((sum, trial) => sum + trial.epochs, 0);
  const count = countOf(trials);
  const states = `${count("completed")} completed, ${count("pruned")} pruned, ${count("failed")} failed`;
  return [
    row("trials", `${trials.length} (${states}), ${epochs} epochs`),
    ...(best.length === 0 && count("completed") > 0
      ? [row("best", "no trial satisfies all constraints")]
      : []),
    ...best.flatMap(({ number, objectives, run, runs, values }) => {
      const scores = record.objectives.map(
        ({ name }, index) => `${name} ${formatScore(objectives[index] ?? Number.NaN)}`,
      );
      const flags = flagsOf({ ...record.fixed, ...values });
      return [
        row("best", `trial ${number}: ${scores.join(" | ")}, run ${runs?.[0] ?? run}`),
        row("", `npx versant train ${file} ${flags} --seed ${record.seed}`),
      ];
    }),
    ...importanceLines({ record, trials }),
    ...failureLines(trials),
  ];
}

const countOf =
  (trials: readonly TrialRecord[]) =>
  (state: TrialRecord["state"]): number =>
    trials.filter((trial) => trial.state === state).length;

/** How to go on with a search that has not made all of its trials. */
export const resumeLine = (search: string): string =>
  row("to go on", `npx versant tune --resume ${search}`);

function importanceLines({ record, trials }: Concluded): string[] {
  const shares = Object.entries(importanceIn(trials, record) ?? {});
  const text = shares.map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`).join(", ");
  if (text) return [row("importance", `${text} of the variance, each alone`)];
  const least = trialsForImportance(record);
  const completed = countOf(trials)("completed");
  return completed < least
    ? [row("importance", `not known before ${least} trials are completed, 10 a hyper-parameter`)]
    : [];
}

/** Each reason once, with the trials that failed for it. */
function failureLines(trials: readonly TrialRecord[]): string[] {
  const byReason = new Map<string, number[]>();
  for (const { state, number, reason = "no reason is known" } of trials) {
    if (state !== "failed") continue;
    byReason.set(reason, [...(byReason.get(reason) ?? []), number]);
  }
  return [...byReason].map(([reason, numbers]) =>
    row("failed", `${numbers.length === 1 ? "trial" : "trials"} ${numbers.join(", ")}: ${reason}`),
  );
}
