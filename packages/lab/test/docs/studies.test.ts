import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as core from "@versant/core";
import { createJiti } from "jiti";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as versant from "../../src/index.js";
import { run } from "../command/run.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const page = readFileSync(join(repository, "docs/studies.md"), "utf8");
const commands = [...page.matchAll(/^npx versant (.*)$/gm)].map(([, text = ""]) =>
  text.split(" ").map((word) => word.replace(/^(?=examples\/)/, repository)),
);
const before = process.cwd();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-studies-"));
  process.chdir(folder);
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  for (const [, name = "", code = ""] of page.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)) {
    writeFileSync(name, code);
  }
});

afterAll(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("folds of a program", async () => {
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  const modules = { virtualModules: { versant, "@versant/core": core }, interopDefault: false };
  const path = join(folder, "folds.ts");
  await createJiti(path, { ...modules, fsCache: false }).import(path);
  const [[line] = []] = printed.mock.calls;
  printed.mockRestore();
  expect(line).toMatch(/^10 trainings: 0\.\d+ \(95 %: -?\d\S+ to 0\.\d+\)$/);
});

test("the page's study", async () => {
  const { code, out, err } = await run("study", "study.ts", "--seeds", "2", "--epochs", "1");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^samples 500 .* best *$/m);
  expect(out).toMatch(/^rate: Small steps, or large ones\? \(2 seeds; small is good\)$/m);
});

test.each(commands.map((words) => [words]))("%j has flags that there are", async (words) => {
  expect(words.length).toBeGreaterThan(1);
  const { code, err } = await run(...words, "--help");
  expect([code, err]).toEqual([0, ""]);
});
