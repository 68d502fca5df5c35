import { describe, expect, test } from "vitest";
import { fixture, run } from "./run.js";

const line = fixture("line.ts");

describe("versant", () => {
  test("tells its version and its commands", async () => {
    expect(await run("--version")).toEqual({ code: 0, out: "versant 0.1.0\n", err: "" });
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    for (const command of ["train", "summary", "profile", "devices"])
      expect(out).toContain(command);
  });

  test("names the command that was probably meant", async () => {
    const { code, err } = await run("trian", line);
    expect(code).toBe(2);
    expect(err).toContain("unknown command 'trian'");
    expect(err).toContain("Did you mean train?");
  });

  test("lists the devices and marks the one in use", async () => {
    const { code, out } = await run("devices");
    expect(code).toBe(0);
    expect(out).toMatch(/^[ *] reference .*/m);
    expect(out.match(/^\*/gm)).toHaveLength(1);
  });

  test("without a command shows its help", async () => {
    const { code, err } = await run();
    expect(code).toBe(2);
    expect(err).toContain("Usage: versant");
  });
});

describe("versant train FILE --help", () => {
  test("derives flags, ranges and defaults from the declaration", async () => {
    const { code, out } = await run("train", line, "--help");
    expect(code).toBe(0);
    const help = out.replace(/\s+/g, " ");
    expect(help).toContain("a neuron learns a line");
    expect(help).toContain(
      "--learningRate <number> size of a step (0.001 to 1e+30, logarithmic; default 0.1)",
    );
    expect(help).toContain("--optimizer <word> rule of descent (sgd, adam; default sgd)");
    expect(help).toContain("--bias whether the line may miss the origin (default true)");
    expect(help).toContain("--no-bias");
    expect(help).toContain(
      "--epochs <number> passes over the training data (1 to 1000000; default 10)",
    );
    expect(help).toContain("--batchSize <number> samples a step");
    for (const option of ["--seed", "--device", "--threads", "--report", "--weights", "--log"]) {
      expect(help).toContain(option);
    }
  });

  test("without FILE shows what every experiment takes", async () => {
    for (const args of [["train", "--help"], ["train"]]) {
      const { code, out } = await run(...args);
      expect(code).toBe(0);
      expect(out).toContain("Usage: versant train FILE");
      expect(out).toContain("--epochs");
    }
  });
});

describe("a command without an experiment's file", () => {
  test.each([
    [["predict", "last", "in.csv", "--formt", "csv"], "the nearest known one is --format"],
    [
      ["predict", "last", "in.csv", "--out", "x"],
      "unknown flag --out; expected one of --to, --format",
    ],
    [["ledger", "verify", "--anchr", "x"], "the nearest known one is --anchor"],
    [["evaluate", "last", "later.csv"], "expected --data later.csv"],
    [["evaluate", "last", "--data", "a.csv", "--data", "b.csv"], "--data: received it twice"],
    [
      ["evaluate", "last", "--seed", "abc"],
      '--seed: received "abc", expected a whole number from 0',
    ],
  ])("%j", async (args, message) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err).not.toContain("declaration");
  });

  test("tells a default once, and --stack at the end", async () => {
    const { out } = await run("runs", "--help");
    expect(out.match(/default:? 50/g)).toHaveLength(1);
    expect(out).toMatch(/--stack .*\n +-h, --help .*\n$/);
    expect((await run("evaluate", "--help")).out).not.toContain("[]");
  });
});

describe("flags", () => {
  test.each([
    [
      ["--learningRat", "1"],
      /unknown flag --learningRat; the nearest known one is --learningRate,/,
    ],
    [["--learning-rate=1"], /unknown flag --learning-rate; the nearest .* is --learningRate,/],
    [["--learnrate", "1"], /the nearest known one is --learningRate, .*--help` lists all/],
    [["--optimiser", "sgd"], /the nearest known one is --optimizer,/],
    [
      ["--learningRate", "0"],
      /--learningRate: received "0", expected a number from 0.001 to 1e\+30/,
    ],
    [
      ["--bias", "true"],
      /--bias: received "true", but this flag takes no value; write --bias alone, or --no-bias/,
    ],
    [["--bias=false"], /--bias: received "false", but .* no value; .*--no-bias for its opposite/],
    [["--no-bias", "1"], /--no-bias: received "1", .* write --no-bias alone, or --bias/],
    [["--strict", "yes"], /--strict: received "yes", .* write --strict alone, or leave it out/],
    [["--epochs", "2", "2"], /^versant: received "2" where/],
    [["--epochs", "2", "fast"], /received "fast" where a flag is expected/],
    [["--learningRate", "fast"], /received "fast", expected a number/],
    [["--learningRate="], /received "", expected a number/],
    [["--learningRate"], /argument missing/],
    [["--epochs", "1.5"], /--epochs: received "1.5", expected a whole number from 1/],
    [["--batchSize", "0"], /--batchSize: received "0", expected a whole number from 1/],
    [["--optimizer", "SGD"], /--optimizer: received "SGD", expected one of "sgd", "adam"/],
    [["--seed", "-1"], /--seed: received "-1"/],
    [["--threads", "0"], /--threads: received "0", expected a whole number from 1 to 64/],
    [["--log", "loud"], /'loud' is invalid. Allowed choices are plain, bar/],
    [["more.ts"], /received "more.ts" where a flag is expected/],
  ])("refuse %j with exit code 2", async (flags, message) => {
    const { code, out, err } = await run("train", line, ...flags);
    expect(err).toMatch(message);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).not.toMatch(/\n\s+at /);
  });

  test("come after the file", async () => {
    const { code, err } = await run("train", "--epochs", "3", line);
    expect(code).toBe(2);
    expect(err).toContain("received --epochs where the experiment's file is expected");
  });
});

describe("a file that is no experiment", () => {
  test.each([
    ["missing.ts", "there is no such file"],
    ["", "it is a folder; expected the file of an experiment"],
    ["../../package.json", "it is neither TypeScript nor JavaScript; expected the file"],
    ["notAnExperiment.ts", "the default export is not an experiment; write `export default"],
  ])("%j is refused with exit code 1", async (name, message) => {
    const { code, err } = await run("train", fixture(name));
    expect(err).toContain(message);
    expect(code).toBe(1);
  });

  test("an error in it names its line, and its stack on demand", async () => {
    const file = fixture("throws.ts");
    const { code, err } = await run("train", file);
    expect(code).toBe(1);
    expect(err).toMatch(/^versant: .*\(2, 3\) and \(4,\).*\n {2}at .*throws\.ts:7:\d+\n$/);
    const { err: stack } = await run("train", file, "--stack");
    expect(stack.match(/^\s+at /gm)?.length).toBeGreaterThan(2);
  });
});
