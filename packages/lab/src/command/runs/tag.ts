import { findRun } from "../../ledger/runs.js";
import { UsageError } from "../errors.js";
import type { FixedCommand } from "../fixedCommand.js";
import { runArgument, withLedger } from "../withLedger.js";

/** Gives a run names to be found by, and takes them away. */
export const tagCommand: FixedCommand = {
  name: "tag",
  usage: "RUN +TAG... -TAG...",
  description: "add tags to a run, or take them away",
  configure: (command, done) => {
    command
      .argument(...runArgument)
      .argument("<tags...>", "+baseline adds, -baseline takes away")
      // "-baseline" is no option.
      .passThroughOptions()
      .action(async (word: string, changes: string[]) => {
        const added = namesAfter("+", changes);
        const removed = namesAfter("-", changes);
        const both = added.find((tag) => removed.includes(tag));
        if (both)
          throw new UsageError(`tag: received +${both} and -${both}, expected one of them.`);
        await withLedger("write", async (ledger) => {
          const { id } = await findRun(ledger, word);
          await ledger.append([{ type: "tagged", run: id, payload: { added, removed } }]);
          const { tags } = await findRun(ledger, id);
          console.log(`${id}: ${tags.trim() || "no tags"}`);
        });
        done(0);
      });
  },
};

/** @throws UsageError for what is no change of a tag */
function namesAfter(sign: "+" | "-", changes: readonly string[]): string[] {
  for (const change of changes) {
    if (/^[+-][\p{L}\p{N}][\p{L}\p{N}_.@-]*$/u.test(change)) continue;
    throw new UsageError(
      `tag: received ${JSON.stringify(change)}, expected + or - and a word of letters, digits and ` +
        "_ . @ -, such as +baseline.",
    );
  }
  return changes.filter((change) => change.startsWith(sign)).map((change) => change.slice(1));
}
