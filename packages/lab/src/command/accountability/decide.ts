import type { Command } from "commander";
import { decide } from "../../accountability/decide.js";
import type { FixedCommand } from "../fixedCommand.js";
import { repeated, runArgument, withLedger } from "../withLedger.js";

interface DecideFlags {
  readonly title: string;
  readonly why: string;
  readonly from?: string;
  readonly to?: string;
  readonly alternative: readonly string[];
  readonly evidence: readonly string[];
}

/** Records a decision about a run. */
export const decideCommand: FixedCommand = {
  name: "decide",
  usage: '<run> --title "..." --why "..." [options]',
  description: "record a decision, with its reasons and evidence",
  configure: (command: Command, done) => {
    command
      .argument(...runArgument)
      .requiredOption("--title <text>", "what was decided")
      .requiredOption("--why <text>", "the reason")
      .option("--from <text>", "what it was before")
      .option("--to <text>", "what it is now")
      .option("--alternative <text>", "what else was considered; may be repeated", repeated, [])
      .option(
        "--evidence <run>",
        'a run, or a score such as "last:validation.accuracy"; may be repeated',
        repeated,
        [],
      )
      .action(async (run: string, { alternative, ...rest }: DecideFlags) => {
        const { run: id, hash } = await withLedger("write", (ledger) =>
          decide(ledger, { run, alternatives: alternative, ...rest }),
        );
        console.log(`${id}: decision ${hash.slice(0, 12)} recorded`);
        done(0);
      });
  },
};
