import { expect, test } from "vitest";
import { fr } from "../../src/words/fr/fr.js";

/** Stands for whatever a sentence names: it has every property and method, and is written "7". */
const anything: unknown = new Proxy(() => {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "7" : anything),
  apply: () => anything,
});

function* sentences(words: unknown, path = "fr"): Generator<[path: string, sentence: string]> {
  if (typeof words === "function") yield [path, String(words(anything, anything, anything))];
  else if (typeof words === "string") yield [path, words];
  else {
    for (const [name, value] of Object.entries(words as object)) {
      yield* sentences(value, `${path}.${name}`);
    }
  }
}

/** What stands between words of French is set one way, and breaks no line before a colon. */
const wrong = /'| [:;?!%»](?![=\w])|« |[^\s\u00a0][;?!»](?!\w)/;

test("the typography of French: no-break spaces, guillemets, apostrophes", () => {
  const found = [...sentences(fr)].filter(([, sentence]) => wrong.test(sentence));
  expect(found).toEqual([]);
});
