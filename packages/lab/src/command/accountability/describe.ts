import { readFileSync } from "node:fs";
import { ArgumentError, describeValue, formatTable } from "@versant/core/internal";
import type { Command } from "commander";
import { describe, descriptionsOf } from "../../accountability/describe.js";
import { descriptionItems, itemNames } from "../../accountability/items.js";
import type { Ledger } from "../../ledger/ledger.js";
import { findRun } from "../../ledger/runs.js";
import { UsageError } from "../errors.js";
import type { FixedCommand } from "../fixedCommand.js";
import { runArgument, withLedger } from "../withLedger.js";
import { askItems, type Items } from "./askItems.js";

type DescribeFlags = Items & {
  readonly list?: true;
  readonly file?: string;
  readonly stack?: true;
};

/** Records human text for the technical file. */
export const describeCommand: FixedCommand = {
  name: "describe",
  usage: "<run> [--purpose ... --limits ... | --file <items.json>]",
  description: "write what only people can say of a model",
  configure: (command: Command, done) => {
    command
      .argument("[run]", runArgument[1])
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
  const isGiven = file !== undefined || Object.keys(given).length > 0;
  if (!isGiven && !process.stdin.isTTY) {
    throw new UsageError(
      "describe: received no text, expected at least one item, such as --purpose; `versant describe --list` lists all.",
    );
  }
  return withLedger("write", async (ledger) => {
    const { id } = await findRun(ledger, run);
    let items: Items = { ...(file !== undefined && readItems(file)), ...given };
    if (!isGiven) {
      const known = await textsOf(ledger, id);
      items = (await askItems(known, process.stdin, process.stdout)) ?? {};
      if (Object.keys(items).length === 0) {
        console.log(`${id}: nothing was answered, and nothing is recorded`);
        return;
      }
    }
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
