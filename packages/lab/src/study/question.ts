import { ArgumentError, describeValue, requireOptions } from "@versant/core/internal";
import type { Experiment } from "../experiment/experiment.js";
import type { SearchValue } from "../ledger/searchEvents.js";

/** Values of hyper-parameters, by name. */
export type Setting = Readonly<Record<string, SearchValue>>;

/** What a study asks of an experiment. */
export interface Question {
  /** One word; names the figure. */
  readonly name: string;
  /** The question in a sentence. */
  readonly about: string;
  /** Settings to compare: a list of them, or values by name, of which every combination is one. */
  readonly vary: readonly Setting[] | Readonly<Record<string, readonly SearchValue[]>>;
  /** Values that all settings share. */
  readonly fixed?: Setting;
  /** What answers it, such as "test.mae" or "validation.loss". Default "test.loss". */
  readonly score?: string;
  /** What others say, shown beside the answer. */
  readonly claim?: string;
}

const names = ["name", "about", "vary", "fixed", "score", "claim"];

/** The settings that a question compares, in order. */
export function settingsOf({ vary }: Question): readonly Setting[] {
  if (isList(vary)) return vary;
  return Object.entries(vary).reduce<readonly Setting[]>(
    (settings, [name, values]) =>
      settings.flatMap((setting) => values.map((value) => ({ ...setting, [name]: value }))),
    [{}],
  );
}

const isList = (vary: Question["vary"]): vary is readonly Setting[] => Array.isArray(vary);

/**
 * Questions as a file exports them.
 *
 * @throws ArgumentError for what are none, a name that occurs twice, fewer than two settings, and values that the
 *   experiment does not accept: before anything is trained
 */
export function requireQuestions(
  operation: string,
  value: unknown,
  experiment: Experiment,
): asserts value is readonly Question[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(value)} as questions, expected a list such as ` +
        'export const questions = [{ name: "width", about: "...", vary: { width: [8, 16] } }].',
    );
  }
  const seen = new Set<string>();
  for (const question of value as Partial<Question>[]) {
    requireOptions(`${operation}: a question`, question, names);
    const { name, about, vary } = question;
    const isNamed = typeof name === "string" && /^[\w-]+$/.test(name) && !seen.has(name);
    if (!isNamed || typeof about !== "string" || typeof vary !== "object" || vary === null) {
      throw new ArgumentError(
        `${operation}: received a question ${describeValue(question)}, expected { name, about, vary } with ` +
          "a word of its own as the name.",
      );
    }
    seen.add(name);
    const settings = settingsOf(question as Question);
    if (settings.length < 2) {
      throw new ArgumentError(
        `${operation}: question "${name}" has ${settings.length} settings, expected two or more to compare.`,
      );
    }
    for (const setting of settings) experiment.resolve({ ...question.fixed, ...setting });
  }
}
