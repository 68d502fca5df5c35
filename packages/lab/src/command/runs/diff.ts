import { readDiff } from "../../ledger/diff.js";
import { diffPage } from "../../progress/diffPage.js";
import type { FixedCommand } from "../fixedCommand.js";
import { printJson, runArgument, withLedger } from "../withLedger.js";

/** What differs between two runs, and nothing else. */
export const diffCommand: FixedCommand = {
  name: "diff",
  usage: "RUN OTHER [options]",
  description: "show in what two runs differ",
  configure: (command, done) => {
    command
      .argument(...runArgument)
      .argument("<other>", "the run to compare it with")
      .option("--json", "as JSON")
      .action(async (run: string, other: string, { json }: { json?: boolean }) => {
        const diff = await withLedger("read", (ledger) => readDiff(ledger, run, other));
        if (json) printJson(diff);
        else for (const line of diffPage(diff)) console.log(line);
        done(0);
      });
  },
};
