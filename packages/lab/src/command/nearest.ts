import { distance } from "fastest-levenshtein";

/** The known word that was probably meant: the first of those with the fewest letters to change. */
export const nearestOf = (word: string, known: readonly string[]): string =>
  known.reduce((best, each) => (difference(each, word) < difference(best, word) ? each : best));

const difference = (a: string, b: string): number => distance(a.toLowerCase(), b.toLowerCase());
