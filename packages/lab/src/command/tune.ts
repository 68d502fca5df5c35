import type { Experiment } from "../experiment/experiment.js";
import { Run } from "../experiment/run.js";
import { OutputFile } from "../files/outputFile.js";
import { Ledger } from "../ledger/ledger.js";
import type { ObjectiveRecord, SearchRecord, SearchValue } from "../ledger/searchEvents.js";
import { recordedPath } from "../provenance/root.js";
import type { SearchSpace } from "../search/space.js";
import { isScore } from "../tune/objectives.js";
import { makeSampler } from "../tune/samplers.js";
import { SearchPage } from "../tune/searchPage.js";
import { recordSpace, searchSpaceOf } from "../tune/space.js";
import { conductSearch } from "./conductSearch.js";
import { asUsage, UsageError } from "./errors.js";
import type { FileCommand, Invocation } from "./invocation.js";
import { addTuneOptions, defaultTrials, type TuneOptions } from "./searchOptions.js";

/** Searches the hyper-parameters of an experiment. */
export const tuneCommand: FileCommand<TuneOptions> = {
  name: "tune",
  description: "search the experiment's hyper-parameters",
  configure: addTuneOptions,
  async run(invocation) {
    const { file, experiment, options } = invocation;
    // Flags and files of values hold what declarations accept.
    const fixed = invocation.hyperparameters as Readonly<Record<string, SearchValue>>;
    const space = asUsage(() =>
      searchSpaceOf(experiment, { fixed, only: options.search, ranges: options.range }),
    );
    const objectives = await objectivesOf(invocation);
    requirePrunable(options, objectives);
    requireSampler(options, objectives, space);
    const report =
      options.report === undefined ? undefined : new OutputFile("--report", options.report);
    const ledger = Ledger.open();
    const page = SearchPage.make(ledger, experiment.name);
    const { sampler, pruner, jobs, trials = defaultTrials, reportEvery, leakCheck } = options;
    const { plateau, points, trialTime: trialSeconds, seeds, folds } = options;
    const record: SearchRecord = {
      experiment: experiment.name,
      file: await recordedPath(ledger.folder, file),
      command: process.argv.slice(2),
      space: recordSpace(space),
      fixed: space.fixed,
      sources: invocation.sources,
      ...{ sampler, pruner, objectives, constraints: options.constraint },
      ...{ seed: invocation.seed, trials, jobs, async: options.async ?? false, reportEvery },
      ...(points !== undefined && { points }),
      ...(seeds !== undefined && { seeds }),
      ...(folds !== undefined && { folds }),
      ...(plateau !== undefined && { plateau }),
      ...(trialSeconds !== undefined && { trialSeconds }),
      leakCheck,
    };
    try {
      await page.start(record);
      const { time: seconds } = options;
      return await conductSearch({ page, record, file, experiment, space, report, seconds });
    } finally {
      page.release();
      await ledger.close();
    }
  },
};

/** Those that were asked for, else the loss on validation data, or on training data where there are no others. */
async function objectivesOf({
  experiment,
  hyperparameters,
  seed,
  options,
}: Invocation<TuneOptions>): Promise<readonly ObjectiveRecord[]> {
  const names = options.objective.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new UsageError(`--objective: received ${twice} twice, expected each objective once.`);
  }
  const { objective, folds } = options;
  if (objective.length > 0) return objective;
  // A fold validates, whether the experiment does or not.
  const part =
    folds !== undefined || (await hasValidation(experiment, hyperparameters, seed))
      ? "validation"
      : "train";
  return [{ name: `${part}.loss`, direction: "min" }];
}

async function hasValidation(
  experiment: Experiment,
  hyperparameters: Readonly<Record<string, unknown>>,
  seed: number,
): Promise<boolean> {
  const { setup } = await Run.prepare(experiment, { hyperparameters, seed });
  return setup.data.validation !== undefined;
}

/** @throws UsageError for a space or objectives that the sampler does not take, before anything is recorded */
function requireSampler(
  { sampler, points }: TuneOptions,
  objectives: readonly ObjectiveRecord[],
  space: SearchSpace,
): void {
  if (points !== undefined && sampler !== "grid") {
    throw new UsageError(
      `--points: received ${points} with the sampler ${sampler}, expected --sampler grid, which alone has points.`,
    );
  }
  if (sampler === "gp" && objectives.length > 1) {
    throw new UsageError(
      `--sampler: received gp for ${objectives.length} objectives, expected one; tpe takes several.`,
    );
  }
  asUsage(() =>
    makeSampler(sampler, { points }).propose({ space, seed: 0, number: 0, history: [] }),
  );
}

/** @throws UsageError where nothing that pruning could look at is known on the way */
function requirePrunable({ pruner }: TuneOptions, objectives: readonly ObjectiveRecord[]): void {
  const [first] = objectives;
  if (pruner === "none" || (objectives.length === 1 && first && isScore(first.name))) return;
  const names = objectives.map(({ name }) => name).join(", ");
  throw new UsageError(
    `--pruner: received ${pruner} for ${names}, expected one objective that is a score, such as ` +
      "validation.loss; leave --pruner out.",
  );
}
