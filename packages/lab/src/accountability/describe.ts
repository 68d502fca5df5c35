import { ArgumentError, requireOptions } from "@versant/core/internal";
import type { Event } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { findRun } from "../ledger/runs.js";
import { type ItemName, isItemName, itemNames } from "./items.js";
import { record, requireText } from "./record.js";

export interface DescriptionOptions {
  /** As `findRun` reads it: "last", "#12", a name or its beginning. */
  readonly run: string;
  /** Texts by item: purpose, limits and so on. A later text takes the place of an earlier one. */
  readonly items: Readonly<Partial<Record<ItemName, string>>>;
}

/**
 * Records human text for the technical file.
 *
 * @throws ArgumentError when there is no text, an empty one, or one for an unknown item
 */
export async function describe(
  ledger: Ledger,
  options: DescriptionOptions,
): Promise<Event<"description">> {
  requireOptions("describe", options, ["run", "items"]);
  const entries = Object.entries(options.items);
  if (entries.length === 0) {
    throw new ArgumentError(
      "describe: received no text, expected at least one item, such as purpose; `versant describe " +
        "--list` lists all.",
    );
  }
  const items: Record<string, string> = {};
  for (const [name, text] of entries) {
    if (!isItemName(name)) {
      throw new ArgumentError(
        `describe: received a text for "${name}", expected items among ${itemNames.join(", ")}.`,
      );
    }
    items[name] = requireText("describe", name, text);
  }
  const run = await findRun(ledger, options.run);
  return record<"description">(ledger, { type: "description", run: run.id, payload: { items } });
}

/** A text as it stands now. */
export interface Description {
  readonly text: string;
  readonly by: string;
  readonly time: string;
  readonly sequence: number;
}

/** The last text of each item of a run. */
export async function descriptionsOf(
  ledger: Ledger,
  run: string,
): Promise<Partial<Record<ItemName, Description>>> {
  const found: Partial<Record<ItemName, Description>> = {};
  for (const { payload, actor, time, sequence } of await ledger.events({
    run,
    types: ["description"],
  })) {
    for (const [name, text] of Object.entries(payload.items)) {
      if (isItemName(name)) found[name] = { text, by: actor.name, time, sequence };
    }
  }
  return found;
}
