import { readRun } from "../../ledger/record.js";
import { runPage } from "../../progress/runPage.js";
import type { Subcommand } from "../subcommand.js";
import { printJson, runArgument, withLedger } from "./withLedger.js";

/** Everything that the ledger says of one run. */
export const showCommand: Subcommand = {
  name: "show",
  usage: "RUN [options]",
  description: "show everything about a run",
  configure: (command, done) => {
    command
      .argument(...runArgument)
      .option("--json", "as JSON, with every event but the losses of steps")
      .action(async (word: string, { json }: { json?: boolean }) => {
        const record = await withLedger("read", (ledger) => readRun(ledger, word));
        if (json) printJson(record);
        else for (const line of runPage(record)) console.log(line);
        done(0);
      });
  },
};
