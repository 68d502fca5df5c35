import { createInterface } from "node:readline/promises";
import { descriptionItems, type ItemName, itemNames } from "../../accountability/items.js";
import { printable } from "../../progress/format.js";

/** Texts by item. */
export type Items = Partial<Record<ItemName, string>>;

/**
 * Asks for each item; an empty line leaves it as it is. The end of the input (Ctrl+D) ends the questions
 * early; what was answered counts.
 *
 * @param texts what is written already
 * @returns the answers, undefined when they were thrown away by Ctrl+C
 */
export async function askItems(
  texts: Items,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<Items | undefined> {
  const terminal = createInterface({ input, output });
  let isCancelled = false;
  terminal.on("SIGINT", () => {
    isCancelled = true;
    terminal.close();
  });
  const ended = new Promise<undefined>((resolve) => {
    terminal.once("close", () => resolve(undefined));
  });
  const answers: Items = {};
  output.write("An empty line leaves an item as it is; Ctrl+D records, Ctrl+C does not.\n");
  for (const name of itemNames) {
    const { point, label, question } = descriptionItems[name];
    const known = texts[name];
    output.write(`\n${label.en} (Annex IV, ${point}): ${question.en}\n`);
    if (known !== undefined) output.write(`now: ${printable(known)}\n`);
    // A question that the end of the input cuts off is not answered, and may never settle.
    const answer = await Promise.race([terminal.question("> ").catch(() => undefined), ended]);
    if (answer === undefined) break;
    if (answer.trim() !== "") answers[name] = answer.trim();
  }
  terminal.close();
  output.write("\n");
  return isCancelled ? undefined : answers;
}
