import { type Command, Option } from "commander";
import { int } from "../experiment/declarations.js";
import { parseValue } from "./options.js";

const threads = int(1, { min: 1, max: 64 });

/**
 * Flags of every command that computes. `cli.ts` has obeyed them already: what decides how core loads
 * itself has to be known before it is imported.
 *
 * @param otherwise the device without the flag, in words
 */
export function addDeviceOptions(command: Command, otherwise = "the fastest there is"): void {
  const number = new Option(
    "--threads <number>",
    "threads of the native device (default: one a core)",
  );
  command
    .option("--device <name>", `native, wasm or reference (default: ${otherwise})`)
    .addOption(number.argParser((text: string) => parseValue("threads", threads, text)));
}
