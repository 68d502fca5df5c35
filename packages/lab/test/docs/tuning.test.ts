import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../command/run.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const page = readFileSync(join(repository, "docs/tuning.md"), "utf8");
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
const commands = blocks
  .flatMap((block) => block.trim().split("\n"))
  .map((line) => wordsOf(line.replace(/ +#.*$/, "")))
  .map((words) => words.slice(2).map((word) => word.replace(/^(?=examples\/)/, repository)));
const ofFiles = commands.filter(([, word]) => word?.endsWith(".ts"));
const ofLedger = commands.filter((words) => !ofFiles.includes(words));

/** As a shell splits them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

const folder = mkdtempSync(join(tmpdir(), "versant-tuning-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  process.env.VERSANT_LEDGER = join(folder, "ledger");
  const [first = []] = ofFiles;
  const { code } = await run(...first, "--trials", "1", "--epochs", "1", "--samples", "50");
  expect(code).toBe(0);
  // A process starts and trains: on a loud machine that takes longer than a hook may by default.
}, 60_000);

test("the page has commands of both kinds", () => {
  expect([ofFiles.length, ofLedger.length].every((count) => count > 3)).toBe(true);
});

test.each(ofFiles.map((words) => [words]))("%j has flags that there are", async (words) => {
  // What is wrong is this last part alone, which is looked at when all flags are read.
  const { err } = await run(...words, "--range", "nothing=1..2");
  expect(err).toMatch(/^versant: tune: received "nothing", expected names among/);
});

test.each(ofLedger.map((words) => [words]))("%j works behind a search", async (words) => {
  const few = words.map((word, place) => (words[place - 1] === "--trials" ? "1" : word));
  const limits = words.includes("--resume") && !words.includes("--trials") ? ["--trials", "1"] : [];
  expect((await run(...few, ...limits)).code).toBe(0);
});
