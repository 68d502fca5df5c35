import { differencesOf, readCompared } from "../../ledger/difference.js";
import { type CompareOptions, comparePage } from "../../progress/comparePage.js";
import { UsageError } from "../errors.js";
import type { FixedCommand } from "../fixedCommand.js";
import { printJson, runArgument, withLedger } from "../withLedger.js";

/** Runs as columns of one table. */
export const compareCommand: FixedCommand = {
  name: "compare",
  usage: "RUN RUN... [options]",
  description: "show runs side by side, and the best of each score",
  configure: (command, done) => {
    command
      .argument("<runs...>", `two or more runs: ${runArgument[1]}`)
      .option("--json", "as JSON")
      .option("--smallest <names>", "scores of which the smallest is best, by commas")
      .option("--largest <names>", "scores of which the largest is best, by commas")
      .action(async (words: string[], options: CompareOptions & { json?: boolean }) => {
        if (words.length < 2) {
          throw new UsageError(`compare: received ${words.length} run, expected two or more.`);
        }
        const all = await withLedger("read", (ledger) => readCompared(ledger, words));
        if (options.json) {
          const differences = Object.fromEntries(differencesOf(all));
          printJson({ runs: all.map(({ run }) => run), differences });
        } else for (const line of comparePage(all, options)) console.log(line);
        done(0);
      });
  },
};
