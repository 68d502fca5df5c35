import { formatTable } from "@versant/core/internal";
import { listSearches, type SearchSummary } from "../../ledger/searches.js";
import { formatScore, formatTime, printable } from "../../progress/format.js";
import { bestTrials } from "../../tune/standings.js";
import type { FixedCommand } from "../fixedCommand.js";
import { printJson, withLedger } from "../withLedger.js";

/** Lists searches, the newest first. */
export const searchesCommand: FixedCommand = {
  name: "searches",
  usage: "[options]",
  description: "list the searches of the ledger",
  configure: (command, done) => {
    command
      .option("--json", "as JSON, with all trials")
      .action(async ({ json }: { json?: boolean }) => {
        const searches = await withLedger("read", listSearches);
        if (json) printJson(searches);
        else for (const line of tableOf(searches)) console.log(printable(line));
        done(0);
      });
  },
};

function tableOf(searches: readonly SearchSummary[]): readonly string[] {
  const header = ["search", "state", "started", "sampler", "objective", "trials", "best"];
  const rows = searches.map(({ name, state, started, record, trials }) => {
    const best = bestTrials(trials, record);
    const value = record.objectives.length === 1 ? best[0]?.objectives[0] : undefined;
    return [
      name,
      state,
      formatTime(started).slice(0, 16),
      record.sampler,
      record.objectives.map((objective) => objective.name).join(", "),
      `${trials.length} of ${record.trials}`,
      value === undefined
        ? best.map(({ number }) => `trial ${number}`).join(", ")
        : formatScore(value),
    ];
  });
  return formatTable({ header, rows, numbersFrom: 5, cut: 4 }).lines;
}
