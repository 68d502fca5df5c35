import { ArgumentError } from "../array/index.js";
import { nodejs } from "./nodejs.js";

/** Threads beyond 64 would wait for memory more than they would compute. */
const mostThreads = 64;

/**
 * How many threads a device uses: as many as asked for, by the caller or by `VERSANT_THREADS`, or
 * else as the machine runs at once.
 */
export function threadCount(asked: number | undefined): number {
  const requested = asked ?? nodejs?.env.VERSANT_THREADS;
  if (requested === undefined || requested === "") {
    const available = nodejs?.getBuiltinModule("node:os").availableParallelism() ?? 1;
    return Math.min(available, mostThreads);
  }
  const threads = Number(requested);
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads) {
    throw new ArgumentError(
      `VERSANT_THREADS: received ${requested}, expected an integer from 1 to ${mostThreads}.`,
    );
  }
  return threads;
}
