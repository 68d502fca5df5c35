import { formatBytes } from "@versant/core/internal";
import { collect } from "../../ledger/collect.js";
import type { FixedCommand } from "../fixedCommand.js";
import { printJson, withLedger } from "../withLedger.js";

interface GcOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Makes room. */
export const gcCommand: FixedCommand = {
  name: "gc",
  usage: "[options]",
  description: "delete checkpoints and files that nothing needs any more",
  configure: (command, done) => {
    command
      .option("--dry-run", "say what would go, and let it stand")
      .option("--json", "as JSON, with the hashes")
      .action(async ({ dryRun = false, json }: GcOptions) => {
        const found = await withLedger(dryRun ? "read" : "write", (ledger) =>
          collect(ledger, { dryRun }),
        );
        if (json) printJson(found);
        else {
          const { objects, drafts, bytes, young } = found;
          const verb = dryRun ? "would delete" : "deleted";
          console.log(
            `${verb} ${objects.length} objects and ${drafts} drafts: ${formatBytes(bytes)}`,
          );
          if (young > 0) {
            console.log(`${young} objects are younger than ten minutes, and stay for now.`);
          }
        }
        done(0);
      });
  },
};
