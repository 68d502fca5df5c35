import { changeTags } from "../../accountability/tag.js";
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
        await withLedger("write", async (ledger) => {
          const { id } = await findRun(ledger, word);
          const tags = await changeTags(ledger, { run: id, added, removed });
          console.log(`${id}: ${tags.join(" ") || "no tags"}`);
        });
        done(0);
      });
  },
};

/** @throws UsageError for what is no change of a tag */
function namesAfter(sign: "+" | "-", changes: readonly string[]): string[] {
  for (const change of changes) {
    if (/^[+-]./.test(change)) continue;
    throw new UsageError(
      `tag: received ${JSON.stringify(change)}, expected + or - and a tag, such as +baseline.`,
    );
  }
  return changes.filter((change) => change.startsWith(sign)).map((change) => change.slice(1));
}
