import { readRun } from "../../ledger/record.js";
import { findSearch } from "../../ledger/searches.js";
import { describeRun } from "../../progress/describeRun.js";
import { describeSearch } from "../../progress/describeSearch.js";
import type { FixedCommand } from "../fixedCommand.js";
import { printJson, withLedger } from "../withLedger.js";
import { isSearchMeant } from "./isSearchMeant.js";

/** Everything that the ledger says of one run, or of one search. */
export const showCommand: FixedCommand = {
  name: "show",
  usage: "RUN|SEARCH [options]",
  description: "show everything about a run or a search",
  configure: (command, done) => {
    command
      .argument("<run>", 'name of a run or a search, its beginning, number such as "#12", or last')
      .option("--json", "as JSON, with every event but the losses of steps")
      .action(async (word: string, { json }: { json?: boolean }) => {
        await withLedger("read", async (ledger) => {
          const [record, lines] = (await isSearchMeant(ledger, word))
            ? await described(findSearch(ledger, word), describeSearch)
            : await described(readRun(ledger, word), describeRun);
          if (json) printJson(record);
          else for (const line of lines) console.log(line);
        });
        done(0);
      });
  },
};

const described = async <T>(read: Promise<T>, describe: (record: T) => string[]) => {
  const record = await read;
  return [record, describe(record)] as const;
};
