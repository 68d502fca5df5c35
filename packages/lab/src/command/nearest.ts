import { distance } from "fastest-levenshtein";
import { UsageError } from "./errors.js";

/** The known word that was probably meant: the first of those with the fewest letters to change. */
export const nearestOf = (word: string, known: readonly string[]): string =>
  known.reduce((best, each) => (difference(each, word) < difference(best, word) ? each : best));

const difference = (a: string, b: string): number => distance(a.toLowerCase(), b.toLowerCase());

/**
 * The error for a flag that a command does not have: it names the nearest one, or all where none is near.
 *
 * @param command "versant predict", whose help lists all
 */
export function unknownFlag(flag: string, known: readonly string[], command: string): UsageError {
  const nearest = nearestOf(flag, known);
  const letters = flag.replace(/^-+/, "");
  const isNear = difference(letters, nearest.replace(/^-+/, "")) < letters.length;
  const mend = isNear
    ? `the nearest known one is ${nearest}, and \`${command} --help\` lists all.`
    : `expected one of ${known.join(", ")}.`;
  return new UsageError(`unknown flag ${flag}; ${mend}`);
}
