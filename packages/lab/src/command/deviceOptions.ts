import { parseArgs } from "node:util";
import { type Command, Option } from "commander";
import { choice, int } from "../experiment/declarations.js";
import { parseValue } from "./options.js";

const flags = {
  device: choice("native", { options: ["native", "wasm", "reference"] }),
  threads: int(1, { min: 1, max: 64 }),
};

/**
 * Refuses what these flags cannot be, before core is loaded, which would speak of the environment.
 *
 * @throws UsageError
 */
export function refuseDevice(args: readonly string[]): void {
  const string = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: { device: string, threads: string },
  });
  for (const [name, declaration] of Object.entries(flags)) {
    const text = values[name];
    if (typeof text === "string") parseValue(name, declaration, text);
  }
}

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
  const device = new Option("--device <name>", `native, wasm or reference (default: ${otherwise})`);
  command
    .addOption(device.argParser((text: string) => parseValue("device", flags.device, text)))
    .addOption(number.argParser((text: string) => parseValue("threads", flags.threads, text)));
}
