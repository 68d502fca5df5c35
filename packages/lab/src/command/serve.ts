import type { Command } from "commander";
import { Option } from "commander";
import { int } from "../experiment/declarations.js";
import { addDeviceOptions } from "./deviceOptions.js";
import type { FixedCommand } from "./fixedCommand.js";
import { parseValue } from "./options.js";
import type { ServeFlags } from "./runServer.js";

/** Flags that take a number, with their ranges and defaults. */
const numbers = {
  port: int(8080, { min: 0, max: 65535, about: "port to listen on; 0 takes a free one" }),
  batch: int(64, { min: 1, max: 1024, about: "samples computed together at most" }),
  wait: int(2, { min: 0, max: 1000, about: "ms to wait for a request that is arriving already" }),
  bodyLimit: int(16, { min: 1, max: 1024, about: "MiB of a request at most" }),
  maxSamples: int(1024, { min: 1, max: 1_000_000, about: "samples in one request at most" }),
  timeout: int(30, { min: 1, max: 3600, about: "seconds within which a request has to be there" }),
};

const rateLimit = int(600, { min: 1, max: 1e9 });

const flagOf = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Answers for models over HTTP until a signal ends it. */
export const serveCommand: FixedCommand = {
  name: "serve",
  usage: "[NAME=]RUN... [options]",
  description: "answer for trained models over HTTP",
  configure: (command: Command, done) => {
    command
      .argument(
        "<models...>",
        "runs or files, NAME=RUN for one under a name; the last of a name answers",
      )
      .option(
        "--host <address>",
        "address to listen on; others than this machine's need a token",
        "127.0.0.1",
      );
    for (const [name, declaration] of Object.entries(numbers)) {
      const flag = flagOf(name);
      const option = new Option(`--${flag} <number>`, declaration.about);
      command.addOption(
        option
          .default(declaration.default)
          .argParser((text: string) => parseValue(flag, declaration, text)),
      );
    }
    const limit = new Option("--rate-limit <number>", "requests a minute from one address at most");
    command
      .addOption(limit.argParser((text: string) => parseValue("rate-limit", rateLimit, text)))
      .option(
        "--token-file <path>",
        "requests have to bring the token in this file (or VERSANT_TOKEN)",
      )
      .option("--insecure", "serve others than this machine without a token")
      .option("--no-log", "keep no record of requests in the ledger");
    addDeviceOptions(command);
    command.action(async (models: string[], flags: ServeFlags) => {
      const { runServer } = await import("./runServer.js");
      done(await runServer(models, flags));
    });
  },
};
