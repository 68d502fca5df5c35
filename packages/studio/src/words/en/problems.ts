import type { ProblemWords } from "../problems.js";
import { states } from "./app.js";

/** Where the server's sentence speaks to somebody at a command line. */
export const problems: ProblemWords = {
  "steer.ended": ({ run, state }) =>
    `${run} has ended meanwhile (${stateOf(state)}): only a training that runs can be steered.`,
  "steer.killed": ({ run }) =>
    `the process that trained ${run} is gone: only a training that runs can be steered.`,
  "session.token": () => "that is not this studio's token.",
  "session.tries": ({ seconds }) => `too many tries; the next one is possible in ${seconds} s.`,
  "session.mark": () => "this page is of an earlier session; load it anew.",
};

const stateOf = (state: string): string => states[state as keyof typeof states] ?? state;
