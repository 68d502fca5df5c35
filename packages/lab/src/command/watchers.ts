import { type Callback, plainLog } from "@versant/core";
import { progressBar } from "../progress/bar.js";
import type { RunPage } from "../recording/runPage.js";
import { type ConductOptions, write } from "./conductOptions.js";
import { UsageError } from "./errors.js";

/**
 * Who watches and steers: the recorder is the last, so that it saves the states of all others, and they
 * are as many whether a run begins or goes on.
 */
export const callbacksOf = (page: RunPage | undefined, progress: Callback) => ({
  firstCallbacks: page ? [page.first] : [],
  callbacks: [progress, ...(page ? [page.recorder] : [])],
});

/** The log that was asked for. */
export function progressOf({ log = process.stdout.isTTY ? "bar" : "plain" }: ConductOptions) {
  if (log === "bar" && !process.stdout.isTTY) {
    throw new UsageError("--log: a bar needs a terminal, and the output is none; use --log plain.");
  }
  return log === "bar" ? progressBar(process.stdout) : plainLog({ write });
}
