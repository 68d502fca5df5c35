import { resolve } from "node:path";
import { ArgumentError, VersantError } from "@versant/core/internal";

/** What was typed is not a command: exit code 2, and a word on where to find help. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Reads what flags ask for: what is wrong with it is a mistake in typing. */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new UsageError(error.message.replace(/^SearchSpace(?=[:,])/, "tune"));
  }
}

/** Commander's own messages begin as ours do. */
export const errorOutput = {
  outputError: (text: string, write: (text: string) => void): void =>
    write(text.replace(/^error: /, "versant: ")),
};

/**
 * An error in words: what went wrong, and the line of the experiment that made it, where the stack
 * knows one.
 *
 * @param file the experiment's, if one was being run
 * @param stack shows the whole stack
 */
export function describeError(error: unknown, file: string | undefined, stack: boolean): string {
  if (!(error instanceof Error)) return String(error);
  if (stack) return error.stack ?? error.message;
  // The messages of our errors stand for themselves; that of a TypeError needs its name.
  const explains = error instanceof VersantError || error instanceof UsageError;
  const message = explains ? error.message : `${error.name}: ${error.message}`;
  const line = file && lineIn(error.stack ?? "", resolve(file));
  return line ? `${message}\n  at ${file}:${line}` : message;
}

/** The first "line:column" of `path` that a stack passes through. */
function lineIn(stack: string, path: string): string | undefined {
  const start = stack.indexOf(`${path}:`);
  return start < 0 ? undefined : /^\d+:\d+/.exec(stack.slice(start + path.length + 1))?.[0];
}
