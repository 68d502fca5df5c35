import type { Reason } from "versant/studio-api";
import { ApiError } from "../api/client.js";
import type { ProblemWords } from "../words/problems.js";
import { text } from "./preferences.js";

/** What went wrong, in the chosen language where it has words for it, else in those of the server. */
export function sentenceOf(error: unknown): string {
  const { app, problems } = text.value;
  if (error instanceof ApiError)
    return app.failed(wordsFor(problems, error.reason) ?? error.message);
  return app.failed(error instanceof Error ? error.message : String(error));
}

function wordsFor(words: ProblemWords, reason: Reason | undefined): string | undefined {
  // The words of a code take the values of that code.
  const say = reason && (words[reason.code] as ((values: unknown) => string) | undefined);
  return say?.(reason?.values);
}
