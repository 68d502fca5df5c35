import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { itemNames } from "../../src/accountability/items.js";
import { askItems, type Items } from "../../src/command/accountability/askItems.js";

/** Asks, and types these lines, each when it is asked for; then the input ends. */
async function answered(lines: readonly string[], texts: Items = {}) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let [asked, shown] = [0, ""];
  output.on("data", (text) => {
    shown += text;
    if (!String(text).includes("> ")) return;
    const line = lines[asked++];
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
  });
  return { items: await askItems(texts, input, output), shown };
}

test("an empty line leaves an item, and the end of the input keeps the answers", async () => {
  const { items, shown } = await answered(["To read.", "", " Tablets. "], { provider: "We." });
  expect(items).toEqual({ purpose: "To read.", interaction: "Tablets." });
  expect(shown).toContain("Provider (Annex IV, 1(a)): Who provides it");
  expect(shown).toContain("now: We.");
});

test("every item is asked for once", async () => {
  const { items } = await answered(itemNames.map((name) => `about ${name}`));
  expect(items).toEqual(Object.fromEntries(itemNames.map((name) => [name, `about ${name}`])));
  expect((await answered([])).items).toEqual({});
});
