import { ArgumentError, requireOptions } from "@versant/core/internal";
import type { Ledger } from "../ledger/ledger.js";
import { findRun } from "../ledger/runs.js";
import { Refusal } from "../refusal/refusal.js";
import { record } from "./record.js";

export interface TagOptions {
  /** As `findRun` reads it: "last", "#12", a name or its beginning. */
  readonly run: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Gives a run names to be found by, and takes them away.
 *
 * @returns the tags that it bears then
 * @throws ArgumentError for what is no word of letters, digits and _ . @ -, for a tag that is to be added and
 *   taken away, and where there is nothing to do
 */
export async function changeTags(ledger: Ledger, options: TagOptions): Promise<readonly string[]> {
  requireOptions("tag", options, ["run", "added", "removed"]);
  const { added, removed } = options;
  for (const tag of [...added, ...removed]) {
    if (/^[\p{L}\p{N}][\p{L}\p{N}_.@-]*$/u.test(tag) && tag.length <= longest) continue;
    throw new Refusal(
      "tag.word",
      { tag },
      `tag: received ${JSON.stringify(tag)}, expected a word of letters, digits and _ . @ -, such as baseline.`,
    );
  }
  const both = added.find((tag) => removed.includes(tag));
  if (both !== undefined) {
    throw new ArgumentError(`tag: received +${both} and -${both}, expected one of them.`);
  }
  if (added.length + removed.length === 0) {
    throw new ArgumentError("tag: received no tag, expected one to add or to take away.");
  }
  const { id } = await findRun(ledger, options.run);
  await record<"tagged">(ledger, { type: "tagged", run: id, payload: { added, removed } });
  const { tags } = await findRun(ledger, id);
  return tags.split(" ").filter(Boolean);
}

/** A tag is a word, not a text. */
const longest = 100;
