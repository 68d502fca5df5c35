import { type Command, Option } from "commander";
import { int } from "../experiment/declarations.js";
import type { FixedCommand } from "./fixedCommand.js";
import { parseValue } from "./options.js";
import type { StudioFlags } from "./runStudio.js";

const port = int(4747, { min: 0, max: 65535, about: "port to listen on" });

/** Shows the ledger in a browser until a signal ends it. */
export const studioCommand: FixedCommand = {
  name: "studio",
  usage: "[RUN] [options]",
  description: "see runs learn, compare and steer them, in a browser",
  configure: (command: Command, done) => {
    command
      .argument("[run]", "the run whose page is opened (default: the list of all)")
      .addOption(
        new Option(
          "--port <number>",
          `port to listen on; 0 takes a free one (default: ${port.default}, else a free one)`,
        ).argParser((text: string) => parseValue("port", port, text)),
      )
      .option("--no-open", "print the address, and open nothing")
      .option(
        "--host <address>",
        "address to listen on; others than this machine's need a token",
        "127.0.0.1",
      )
      .option(
        "--token-file <path>",
        "browsers have to know the token in this file (or VERSANT_TOKEN)",
      )
      .action(async (run: string | undefined, flags: StudioFlags) => {
        const { runStudio } = await import("./runStudio.js");
        done(await runStudio(run, { ...flags, defaultPort: Number(port.default) }));
      });
  },
};
