import { readRun } from "../../ledger/record.js";
import { describeRun } from "../../progress/describeRun.js";
import type { FixedCommand } from "../fixedCommand.js";
import { printJson, runArgument, withLedger } from "../withLedger.js";

/** Everything that the ledger says of one run. */
export const showCommand: FixedCommand = {
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
        else for (const line of describeRun(record)) console.log(line);
        done(0);
      });
  },
};
