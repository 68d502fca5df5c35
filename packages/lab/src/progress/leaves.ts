import type { Leaf } from "../ledger/difference.js";

/**
 * The values that a name has in several runs, each in a cell of its own. What is too long is cut: hashes
 * are told apart by their beginnings; where two beginnings are the same, what follows them is shown.
 *
 * @param most characters of a cell, of at least 8
 */
export function formatLeaves(values: readonly (Leaf | undefined)[], most = 24): string[] {
  const [rounded = [], exact = []] = [6, 17].map((digits) =>
    values.map((value) => textOf(value, digits)),
  );
  const texts = new Set(rounded).size === new Set(exact).size ? rounded : exact;
  const cells = texts.map((text) => cut(text, most));
  return texts.map((text, index) => {
    const alike = texts.filter((_, other) => cells[other] === cells[index]);
    const start = firstDifference(alike);
    return start === undefined ? (cells[index] ?? text) : cutBefore(text, start, most);
  });
}

function textOf(value: Leaf | undefined, digits: number): string {
  if (value === undefined || value === null) return "-";
  return typeof value === "number" ? String(Number(value.toPrecision(digits))) : String(value);
}

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** Where texts cease to be the same; undefined if they never do. */
function firstDifference(texts: readonly string[]): number | undefined {
  const [first = "", ...others] = texts;
  const ends = others.flatMap((other) => {
    if (other === first) return [];
    let end = 0;
    while (end < first.length && first[end] === other[end]) end++;
    return [end];
  });
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** From the word that holds a place, or closer to it if the word is long. */
function cutBefore(text: string, place: number, most: number): string {
  const start = Math.max(text.lastIndexOf(" ", place - 1) + 1, place - Math.floor(most / 2), 0);
  return start === 0 ? cut(text, most) : `…${cut(text.slice(start), most - 1)}`;
}
