import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import type { FromOptions } from "../recording/origin.js";
import { UsageError } from "./errors.js";
import { repeated } from "./withLedger.js";

/** What `train` is told of weights to begin with. */
export interface OriginFlags {
  readonly from?: string;
  readonly newHead: readonly string[];
  readonly freeze: readonly string[];
  readonly rename: readonly string[];
}

export function addOriginOptions(command: Command): void {
  command
    .option(
      "--from <weights>",
      "begin with the weights of a run, of RUN@best, RUN@last or SEARCH@best, or of a safetensors file",
    )
    .addOption(several("--new-head <pattern>", 'keep drawn values: "output.*"; may be repeated'))
    .addOption(several("--freeze <pattern>", 'do not train: "hidden.*"; may be repeated'))
    .addOption(
      several(
        "--rename <names>",
        'of the file: "fc1.*=hidden.0.*", or a JSON file of such; may be repeated',
      ),
    );
}

const several = (flags: string, help: string): Option =>
  new Option(flags, help).default([], "none").argParser(repeated);

/** @throws UsageError for flags that say something of weights that are not given, or for no renaming */
export function originOptions({
  from,
  newHead,
  freeze,
  rename,
}: OriginFlags): FromOptions | undefined {
  if (from !== undefined) {
    return { source: from, newHead, freeze, rename: Object.fromEntries(rename.flatMap(rulesOf)) };
  }
  const [flag] =
    Object.entries({ "--new-head": newHead, "--freeze": freeze, "--rename": rename }).find(
      ([, values]) => values.length > 0,
    ) ?? [];
  if (flag === undefined) return undefined;
  throw new UsageError(
    `${flag}: received it without --from, expected a run or a file to begin with: ` +
      `--from last ${flag} "…".`,
  );
}

/** Of "from=to", or of a JSON file { "from": "to" }. */
function rulesOf(text: string): [string, string][] {
  const at = text.indexOf("=");
  if (at > 0) return [[text.slice(0, at), text.slice(at + 1)]];
  const expected = 'expected "fc1.*=hidden.0.*", or a JSON file such as { "fc1.*": "hidden.0.*" }.';
  let names: unknown;
  try {
    names = JSON.parse(readFileSync(text, "utf8"));
  } catch (error) {
    throw new UsageError(
      `--rename: received "${text}", which is no file of JSON (${(error as Error).message}); ${expected}`,
    );
  }
  if (typeof names === "object" && names !== null && !Array.isArray(names)) {
    return Object.entries(names);
  }
  throw new UsageError(`--rename: received no names by name in ${text}, ${expected}`);
}
