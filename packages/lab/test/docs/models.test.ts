import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as ledger from "../../src/ledger.js";
import * as serve from "../../src/serve.js";
import { run } from "../command/run.js";

const page = fileURLToPath(new URL("../../../../docs/models.md", import.meta.url));
const before = process.cwd();
let folder: string;

/** The page's blocks as files. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-models-"));
  process.chdir(folder);
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  vi.stubEnv("VERSANT_KEYS", join(folder, "keys"));
  const blocks = readFileSync(page, "utf8").matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms);
  for (const [, name = "", code = ""] of blocks) writeFileSync(name, code);
  writeFileSync("new.csv", "area,district\n80,Bellevue\n40,Delta\n");
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

test("flats: train, predict, ask, serve", async () => {
  expect(await run("train", "flats.ts", "--epochs", "50")).toMatchObject({ code: 0, err: "" });
  const { out } = await run("predict", "last", "new.csv", "--format", "text");
  const [large, small] = out.split("\n").map(Number);
  expect(Math.abs((large ?? 0) - 1100)).toBeLessThan(20);
  expect(Math.abs((small ?? 0) - 400)).toBeLessThan(20);
  await run("predict", "last", "new.csv", "--to", "rents.jsonl");
  const [first] = readFileSync("rents.jsonl", "utf8").split("\n");
  expect(JSON.parse(String(first))).toEqual({ id: "1", numbers: { rent: large } });

  const printed = [...(await printedBy("ask.ts")), ...(await printedBy("answer.ts"))];
  const answers = [{ numbers: { rent: large } }, { numbers: { rent: small } }];
  const { predictions } = printed.pop() as { predictions: unknown };
  expect(printed).toEqual(answers);
  expect(predictions).toEqual(answers.slice(0, 1));
});

test("sums: in people's numbers", async () => {
  expect(await run("train", "sums.ts", "--epochs", "40")).toMatchObject({ code: 0, err: "" });
  writeFileSync("sum.jsonl", '{"a": 20, "b": 22}\n');
  const { out } = await run("predict", "last", "sum.jsonl", "--format", "text");
  expect(Math.abs(Number(out) - 42)).toBeLessThan(1);
});

test("sums: as ONNX, in people's numbers", async () => {
  const exported = await run("export", "last", "--format", "onnx", "--to", "sums.onnx");
  expect(exported).toMatchObject({ code: 0, err: "" });
  const printed = await printedBy("askOnnx.ts");
  const [large, small] = printed[0] as [number, number];
  expect(Math.abs(large - 42)).toBeLessThan(1);
  expect(Math.abs(small - 3)).toBeLessThan(1);
});
