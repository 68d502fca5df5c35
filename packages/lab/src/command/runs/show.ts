import type { Ledger } from "../../ledger/ledger.js";
import { readRun } from "../../ledger/record.js";
import { findRun } from "../../ledger/runs.js";
import { findSearch, isSearch, listSearches } from "../../ledger/searches.js";
import { describeRun } from "../../progress/describeRun.js";
import { describeSearch } from "../../progress/describeSearch.js";
import type { FixedCommand } from "../fixedCommand.js";
import { printJson, withLedger } from "../withLedger.js";

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
          const [record, lines] = (await isMeant(ledger, word))
            ? await described(findSearch(ledger, word), describeSearch)
            : await described(readRun(ledger, word), describeRun);
          if (json) printJson(record);
          else for (const line of lines) console.log(line);
        });
        done(0);
      });
  },
};

/** Whether a search is meant; by "last", the newest of runs and searches. */
async function isMeant(ledger: Ledger, word: string): Promise<boolean> {
  if (word !== "last") return isSearch(ledger, word);
  const [search] = await listSearches(ledger);
  if (!search) return false;
  const run = await findRun(ledger, word).catch(() => undefined);
  return run === undefined || run.started < search.started;
}

const described = async <T>(read: Promise<T>, describe: (record: T) => string[]) => {
  const record = await read;
  return [record, describe(record)] as const;
};
