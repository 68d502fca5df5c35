import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { ArgumentError, describeValue, formatTable } from "@versant/core/internal";
import type { Command } from "commander";
import { describe, descriptionsOf } from "../../accountability/describe.js";
import { descriptionItems, type ItemName, itemNames } from "../../accountability/items.js";
import type { Ledger } from "../../ledger/ledger.js";
import { findRun } from "../../ledger/runs.js";
import { UsageError } from "../errors.js";
import type { Subcommand } from "../subcommand.js";
import { withLedger } from "./withLedger.js";

type Items = Partial<Record<ItemName, string>>;
type DescribeFlags = Items & {
  readonly list?: true;
  readonly file?: string;
  readonly stack?: true;
};

/** Records human text for the technical file. */
export const describeCommand: Subcommand = {
  name: "describe",
  usage: "<run> [--purpose ... --limits ... | --file <items.json>]",
  description: "write what only people can say of a model",
  configure: (command: Command, done) => {
    command
      .argument("[run]", "name, its beginning, #number, or last")
      .option("--list", "show the items, and which are written")
      .option("--file <path>", "a JSON file with texts by item");
    command.optionsGroup("Items:");
    for (const name of itemNames) {
      command.option(`--${name} <text>`, descriptionItems[name].question.en);
    }
    command.action(async (run: string | undefined, flags: DescribeFlags) => {
      await describeRun(run, flags);
      done(0);
    });
  },
};

async function describeRun(
  run: string | undefined,
  { list, file, stack: _, ...given }: DescribeFlags,
): Promise<void> {
  if (list && run === undefined) return printItems({});
  if (run === undefined) {
    throw new UsageError("describe: received no run, expected its name, #number or last.");
  }
  if (list) {
    return withLedger("read", async (ledger) =>
      printItems(await textsOf(ledger, (await findRun(ledger, run)).id)),
    );
  }
  return withLedger("write", async (ledger) => {
    const { id } = await findRun(ledger, run);
    const texts: Items = { ...(file !== undefined && readItems(file)), ...given };
    const isGiven = file !== undefined || Object.keys(given).length > 0;
    const items = isGiven || !process.stdin.isTTY ? texts : await ask(await textsOf(ledger, id));
    const event = await describe(ledger, { run: id, items });
    console.log(`${id}: ${Object.keys(event.payload.items).join(", ")} recorded`);
  });
}

async function textsOf(ledger: Ledger, run: string): Promise<Items> {
  const descriptions = await descriptionsOf(ledger, run);
  return Object.fromEntries(Object.entries(descriptions).map(([name, { text }]) => [name, text]));
}

function printItems(texts: Items): void {
  const rows = itemNames.map((name) => {
    const { point, question } = descriptionItems[name];
    return [name, point, texts[name] === undefined ? "" : "yes", question.en];
  });
  const header = ["item", "Annex IV", "written", "question"];
  for (const line of formatTable({ header, rows, numbersFrom: 4, cut: 3 }).lines) {
    console.log(line);
  }
}

function readItems(path: string): Items {
  let items: unknown;
  try {
    items = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ArgumentError(
      `describe: cannot read ${path} (${(error as Error).message}); expected a JSON object of texts by ` +
        "item.",
    );
  }
  if (typeof items === "object" && items !== null && !Array.isArray(items)) return items;
  throw new ArgumentError(
    `describe: received ${describeValue(items)} in ${path}, expected a JSON object of texts by item, ` +
      'such as {"purpose": "..."}.',
  );
}

/** Asks for each item on the terminal; an empty line leaves it as it is. */
async function ask(texts: Items): Promise<Items> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answers: Items = {};
  try {
    console.log("An empty line leaves an item as it is.");
    for (const name of itemNames) {
      const { point, label, question } = descriptionItems[name];
      const known = texts[name];
      console.log(`\n${label.en} (Annex IV, ${point}): ${question.en}`);
      if (known !== undefined) console.log(`now: ${known}`);
      const answer = (await terminal.question("> ")).trim();
      if (answer !== "") answers[name] = answer;
    }
  } finally {
    terminal.close();
  }
  return answers;
}
