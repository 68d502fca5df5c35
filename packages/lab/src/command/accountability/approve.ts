import type { Command } from "commander";
import { approve } from "../../accountability/approve.js";
import { bindingParts } from "../../accountability/history.js";
import { printable } from "../../progress/format.js";
import type { FixedCommand } from "../fixedCommand.js";
import { runArgument, withLedger } from "../withLedger.js";

interface ApproveFlags {
  readonly statement: string;
  readonly despite?: string;
}

/** Answers for a model. */
export const approveCommand: FixedCommand = {
  name: "approve",
  usage: '<run> --statement "..." [options]',
  description: "sign a model: its weights, data, code and evaluation",
  configure: (command: Command, done) => {
    command
      .argument(...runArgument)
      .requiredOption("--statement <text>", "what is approved, and for what")
      .option("--despite <reason>", "why, although the data leak or were not checked")
      .action(async (run: string, flags: ApproveFlags) => {
        const {
          run: id,
          actor,
          payload,
        } = await withLedger("write", (ledger) => approve(ledger, { run, ...flags }));
        console.log(`${id}: approved by ${printable(actor.name)}, key ${actor.key}`);
        for (const part of bindingParts) console.log(`  ${part.padEnd(10)}  ${payload[part]}`);
        done(0);
      });
  },
};
