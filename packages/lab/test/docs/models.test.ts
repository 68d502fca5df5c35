import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as core from "@versant/core";
import { createJiti } from "jiti";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as versant from "../../src/index.js";
import * as ledger from "../../src/ledger.js";
import * as serve from "../../src/serve.js";
import { run } from "../command/run.js";

const page = fileURLToPath(new URL("../../../../docs/models.md", import.meta.url));
const before = process.cwd();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-models-"));
  process.chdir(folder);
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  vi.stubEnv("VERSANT_KEYS", join(folder, "keys"));
  // What its Python writes, which other tests compare with PyTorch.
  copyFileSync(
    fileURLToPath(new URL("../oracle/fixtures/torch/reader.safetensors", import.meta.url)),
    "torch.safetensors",
  );
});

afterAll(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** What a program of the page prints. */
async function printedBy(name: string): Promise<unknown[]> {
  const printed: unknown[] = [];
  const spy = vi.spyOn(console, "log").mockImplementation((each) => void printed.push(each));
  try {
    const virtualModules = {
      versant,
      "@versant/core": core,
      "versant/ledger": ledger,
      "versant/serve": serve,
      "onnxruntime-web": ort,
    };
    const path = join(folder, name);
    await createJiti(path, { virtualModules, interopDefault: false, fsCache: false }).import(path);
  } finally {
    spy.mockRestore();
  }
  return printed;
}

/** What takes a server, another page's experiment or minutes has tests of its own. */
const elsewhere = /^(npx versant (serve|.*mnist|.*digits)|curl|\s|#)/;

/** The words of a line of the page, without what it says of them. */
const wordsOf = (line: string): string[] =>
  [...line.replace(/\s#.*$/, "").matchAll(/"(.*?)"|(\S+)/g)].map(
    ([, quoted, word]) => quoted ?? word ?? "",
  );

/** Runs one line, and gives what it prints. */
async function outputOf(line: string): Promise<string> {
  const [, sample, command = line] = /^echo '(.*)' \| (.*)$/.exec(line) ?? [];
  if (!command.startsWith("npx versant "))
    return execFileSync("sh", ["-c", line], { encoding: "utf8" });
  const words = wordsOf(command.replace("npx versant ", ""));
  if (sample !== undefined) {
    writeFileSync("standard-input.jsonl", `${sample}\n`);
    words[words.indexOf("-")] = "standard-input.jsonl";
  }
  const { code, out, err } = await run(...words);
  expect({ line, code, err }).toEqual({ line, code: 0, err: "" });
  return out;
}

const numbersIn = (text: string): number[] => text.trim().split("\n").map(Number);

test("read from the top, every block does what it says", { timeout: 60_000 }, async () => {
  const printed = new Map<string, unknown[]>();
  const outputs = new Map<string, string>();
  const blocks = readFileSync(page, "utf8").matchAll(/^```(ts|sh)\n(.*?)^```$/gms);
  for (const [, language, code = ""] of blocks) {
    if (language === "ts") {
      const [, name = ""] = /^\/\/ (\S+)\n/.exec(code) ?? [];
      writeFileSync(name, code);
      if (!code.includes("export default experiment")) printed.set(name, await printedBy(name));
      continue;
    }
    for (const line of code
      .trimEnd()
      .split("\n")
      .filter((each) => !elsewhere.test(each))) {
      outputs.set(line.replace(/\s+#.*$/, ""), await outputOf(line));
    }
  }

  const flats = outputs.get("npx versant predict flats new.csv") ?? "";
  const [large = 0, small = 0] = numbersIn(
    flats.replaceAll(/^.*,/gm, "").replace("rent", ""),
  ).slice(-2);
  expect(Math.abs(large - 1100)).toBeLessThan(20);
  expect(Math.abs(small - 400)).toBeLessThan(20);
  const [first] = readFileSync("rents.jsonl", "utf8").split("\n");
  expect(JSON.parse(String(first))).toEqual({ id: "1", numbers: { rent: large } });
  const answers = [{ numbers: { rent: large } }, { numbers: { rent: small } }];
  expect(printed.get("ask.ts")).toEqual(answers);
  expect(printed.get("answer.ts")).toMatchObject([{ predictions: answers.slice(0, 1) }]);

  const [sum = 0] = [...outputs].flatMap(([line, out]) =>
    line.startsWith("echo") ? Number(out) : [],
  );
  expect(Math.abs(sum - 42)).toBeLessThan(1);
  const [[more, less]] = printed.get("askOnnx.ts") as [[number, number]];
  expect([Math.round(more), Math.round(less)]).toEqual([42, 3]);

  const evaluated = [...outputs].filter(([line]) => line.startsWith("npx versant evaluate"));
  expect(evaluated).toHaveLength(2);
  expect(evaluated[0]?.[1]).toMatch(/^flats-\w+ on let\.csv: 120 rows, expected rent\n\nScores\n/);
  const { scores, slices } = JSON.parse(readFileSync("let.json", "utf8"));
  expect(scores.map(({ name }: { name: string }) => name)).toEqual(["MAE", "RMSE", "R2"]);
  expect(slices.map(({ value }: { value: string }) => value)).toEqual(["Bellevue", "Delta"]);
  // Fifty epochs against five.
  expect(evaluated[1]?.[1]).toMatch(/B is better: MAE -\S+ \(-\S+ to -\S+\)\n$/);
});
