/** Features of a word, so many. */
export const featuresPerWord = 4;

/**
 * What can be said of a word that was never seen: itself with 0 for each digit; its beginning, its end, and its
 * shape, in which capitals are X, other letters x and digits 0, runs of more than two shortened.
 */
export function featuresOf(word: string): string[] {
  const lower = word.toLowerCase().replace(/\d/g, "0");
  const shape = word
    .replace(/\p{Lu}/gu, "X")
    .replace(/\p{Ll}/gu, "x")
    .replace(/\d/g, "0")
    .replace(/(X|x)\1{2,}/g, "$1$1");
  return [
    `word=${lower}`,
    `start=${lower.slice(0, 2)}`,
    `end=${lower.slice(-3)}`,
    `shape=${shape}`,
  ];
}
