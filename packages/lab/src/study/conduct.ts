import { ArgumentError, DivergenceError, NonFiniteLossError } from "@versant/core";
import { describeValue, requireOptions } from "@versant/core/internal";
import type { Experiment } from "../experiment/experiment.js";
import type { Ledger } from "../ledger/ledger.js";
import { scoresOf } from "../objective/scores.js";
import { recordRun } from "../recording/recordRun.js";
import { type Answer, answerOf, type Measurement } from "./answer.js";
import { type Question, requireQuestions, type Setting, settingsOf } from "./question.js";

export interface StudyOptions {
  /** The file that the experiment stands in. */
  readonly file: string;
  readonly questions: readonly Question[];
  /** Each setting is trained with each of them: two or more. */
  readonly seeds: readonly number[];
  /** Values for all settings, but for what a question varies; before its own fixed ones. */
  readonly hyperparameters?: Setting;
  /** Is told of every answer, as soon as it is there. */
  readonly tell?: (answer: Answer) => void;
  /** Ends the study after the batch when it is aborted; answers that are complete are kept. */
  readonly signal?: AbortSignal;
}

const optionNames = ["file", "questions", "seeds", "hyperparameters", "tell", "signal"];

/**
 * Trains every setting of every question with every seed, and compares the settings. Each training is a run
 * on record; one that diverges counts as such, and the study goes on.
 *
 * ```ts
 * const answers = await conductStudy(ledger, calculator, { file, questions, seeds: [1, 2, 3, 4, 5] });
 * ```
 *
 * Scores on test data say how settings compare, not which of them to choose: who chooses by test data has nothing left to
 * test with. A question that is asked to choose has a score such as "validation.loss".
 *
 * @throws ArgumentError when questions are not what the experiment accepts, or there is no such score
 */
export async function conductStudy(
  ledger: Ledger,
  experiment: Experiment,
  options: StudyOptions,
): Promise<readonly Answer[]> {
  requireOptions("conductStudy", options, optionNames);
  const { questions, seeds, tell, signal } = options;
  requireQuestions("conductStudy", questions, experiment);
  if (!Array.isArray(seeds) || seeds.length < 2 || new Set(seeds).size < seeds.length) {
    throw new ArgumentError(
      `conductStudy: received seeds ${describeValue(seeds)}, expected two or more different ones: one says ` +
        "nothing of how much is luck.",
    );
  }
  const answers: Answer[] = [];
  for (const question of questions) {
    const measured: Measurement[] = [];
    for (const setting of settingsOf(question)) {
      for (const seed of seeds) {
        measured.push(await measure(ledger, experiment, options, { question, setting, seed }));
        if (signal?.aborted) return answers;
      }
    }
    const answer = answerOf(question, measured);
    answers.push(answer);
    tell?.(answer);
  }
  return answers;
}

interface Place {
  readonly question: Question;
  readonly setting: Setting;
  readonly seed: number;
}

async function measure(
  ledger: Ledger,
  experiment: Experiment,
  { file, hyperparameters = {}, signal }: StudyOptions,
  { question, setting, seed }: Place,
): Promise<Measurement> {
  const { fixed, score = "test.loss", name } = question;
  const values = { ...fixed, ...hyperparameters, ...setting };
  const settings = {
    ...{ file, hyperparameters: values, seed, study: name },
    ...(signal && { signal }),
  };
  const known = { setting, seed };
  try {
    const { name: run, run: trained, test } = await recordRun(ledger, experiment, settings);
    const last = trained.training?.history.epochs.at(-1);
    const scores: Record<string, number> = last ? scoresOf(last) : {};
    for (const [each, value] of Object.entries(test ?? {})) scores[`test.${each}`] = value;
    const value = scores[score];
    if (value !== undefined || signal?.aborted)
      return { ...known, run, value: value ?? Number.NaN };
    throw new ArgumentError(
      `conductStudy: question "${name}" asks for "${score}", expected one of ${Object.keys(scores).join(", ")}.`,
    );
  } catch (error) {
    const isDiverged = error instanceof DivergenceError || error instanceof NonFiniteLossError;
    if (!isDiverged) throw error;
    return { ...known, run: null, value: Number.NaN };
  }
}
