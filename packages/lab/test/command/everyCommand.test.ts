import { beforeEach, describe, expect, test } from "vitest";
import { commands } from "../../src/command/commands.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { startedDraft } from "../ledger/temporary.js";
import { fixture, run } from "./run.js";
import { commandLedger } from "./runs/filled.js";

const line = fixture("line.ts");

beforeEach(async () => {
  const ledger = Ledger.open({ folder: commandLedger() });
  await ledger.append([startedDraft("line-1")]);
  await ledger.close();
});

/** What each command is given first, so that only what comes behind it is wrong. */
const first = (name: string): string[] => {
  const entry = commands[name];
  if (entry && "file" in entry) return [name, line];
  return name === "ledger" ? ["ledger", "verify"] : [name];
};

const names = Object.keys(commands);

describe.each(names)("versant %s", (name) => {
  test("tells its help, with --stack and --help at the end", async () => {
    const { code, out, err } = await run(name, "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(new RegExp(`^Usage: versant ${name} `));
    const [, options = ""] = out.split(/^Options:$/m);
    expect(options).toMatch(/^ {2}--stack .*\n {2}-h, --help .*$/m);
  });

  test("refuses a flag that it does not have, whatever else is missing", async () => {
    const { code, out, err } = await run(...first(name), "--xyzzy", "1");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^versant: unknown flag --xyzzy; /);
    const [, known = ""] = /expected one of (.*)\./.exec(err) ?? [];
    expect(known.split(", ")).toEqual([...new Set(known.split(", "))]);
  });
});

const failing: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  ...names.flatMap((name) => {
    const entry = commands[name];
    if (!entry || !("file" in entry)) return [];
    return [
      [
        [name, line, "--seed", "x"],
        /^versant: --seed: received "x", expected .* 9007199254740991\.$/m,
      ],
      [
        [name, line, "--device", "gpu"],
        /^versant: --device: received "gpu", expected one of "native", "wasm"/,
      ],
      [
        [name, line, "--threads", "0"],
        /^versant: --threads: received "0", expected .* 1 to 64\.$/m,
      ],
      [[name, line, "more"], /^versant: received "more" where a flag is expected/],
    ] as const;
  }),
  [["evaluate", "last", "--part", "test", "--seed", "-1"], /--seed: .* 9007199254740991\./],
  [["serve", "last", "--device", "gpu"], /^versant: --device: received "gpu"/],
  [["predict", "last", "a.csv", "--threads", "many"], /^versant: --threads: received "many"/],
  [["predict", "last", "a.csv", "--to"], /'--to <path>' argument missing/],
  [
    ["evaluate", "last", "--part", "exam"],
    /'exam' is invalid. Allowed choices are train, validation, test/,
  ],
  [
    ["runs", "--where", "accuracy"],
    /runs: received the condition "accuracy", expected a name, one of/,
  ],
  [["runs", "--limit", "0"], /--limit: received "0", expected a whole number from 1/],
  [
    ["describe", "last"],
    /describe: received no text, expected at least one item, such as --purpose/,
  ],
  [["tag", "last", "good"], /received "good", expected \+ or - and a tag/],
  [["compare", "last"], /received 1 run, expected two or more/],
  [["studio", "--port", "x"], /--port: received "x"/],
];

test.each(failing)("%j is a mistake in typing: exit code 2", async (args, message) => {
  const { code, out, err } = await run(...args);
  expect(err).toMatch(message);
  expect({ code, out }).toEqual({ code: 2, out: "" });
});

const runReaders = [
  ...["resume", "rerun", "show", "report", "dossier", "serve"].map((name) => [name, "nothing"]),
  ["predict", "nothing", line],
  ["evaluate", "nothing", "--data", line],
  ["diff", "nothing", "nothing"],
  ["compare", "nothing", "nothing"],
  ["tag", "nothing", "+good"],
  ["describe", "nothing", "--purpose", "none"],
  ["export", "nothing", "--format", "json", "--to", "out.json"],
  ["train", line, "--from", "nothing"],
];

test.each(runReaders)("%s %s: a run that is not there has exit code 1", async (...args) => {
  const { code, out, err } = await run(...args);
  expect(err).toMatch(
    /^versant: .*there is no run "nothing"; expected a name that `versant runs` lists/,
  );
  expect({ code, out }).toEqual({ code: 1, out: "" });
});
