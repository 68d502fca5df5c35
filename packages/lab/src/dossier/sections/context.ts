import { descriptionItems, type ItemName, type Language } from "../../accountability/items.js";
import { type Block, type Cell, foreign, foreignName } from "../blocks.js";
import type { Facts } from "../facts.js";
import { Format } from "../format.js";
import { type PointState, pointStates } from "../points.js";
import { type Words, words } from "../words/words.js";

/** What every section is made from. */
export interface Context {
  readonly facts: Facts;
  readonly points: readonly PointState[];
  readonly words: Words;
  readonly format: Format;
  readonly language: Language;
}

export const makeContext = (facts: Facts, language: Language): Context => ({
  ...{ facts, language, words: words[language] },
  format: new Format(language),
  points: pointStates(facts),
});

/** The human text of some items, or what is asked there. */
export const described = (
  { facts, words, format, language }: Context,
  ...items: readonly ItemName[]
): Block[] =>
  items.map((name) => {
    const { label, question } = descriptionItems[name];
    const known = facts.descriptions[name];
    if (!known) {
      const text = `${label[language]}. ${words.notWritten(question[language])}`;
      return { kind: "notice", status: "missing", text };
    }
    const source = words.by(foreignName(known.by), format.time(known.time));
    return {
      kind: "quote",
      label: label[language],
      text: foreign(known.text),
      source: known.isStale ? `${source}. ${words.olderThanResume}` : source,
      status: known.isStale ? "stale" : "filled",
    };
  });

/** A hash, or a dash where there is none. */
export const hashCell = (hash: string | null | undefined): Cell =>
  hash ? { code: foreignName(hash) } : "–";

/** What the run ended as, or that it runs. */
export const stateWord = ({ words }: Context, state: string): string =>
  words.states[state] ?? foreignName(state);

/** "Training", or a part's own name. */
export const partWord = ({ words }: Context, part: string): string =>
  Object.hasOwn(words.parts, part) ? (words.parts[part] ?? part) : foreignName(part);

/** Parts in the order that they are used in; the ledger sorts names. */
export function partsInOrder<T>(
  { words }: Context,
  parts: Readonly<Record<string, T>>,
): [string, T][] {
  const order = Object.keys(words.parts);
  return Object.entries(parts).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
}
