import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as core from "@versant/core";
import { createJiti } from "jiti";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import * as versant from "../../src/index.js";
import { run } from "../command/run.js";
import { commandLedger } from "../command/runs/filled.js";
import { temporaryFolder } from "../ledger/temporary.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));

/** The blocks of the section as files, and the weights that they speak of. */
beforeEach(() => {
  const before = process.cwd();
  process.chdir(temporaryFolder());
  onTestFinished(() => process.chdir(before));
  const page = readFileSync(join(repository, "docs/models.md"), "utf8");
  const [, section = ""] = page.split(/^## Specialise$/m);
  for (const [, name = "", code = ""] of section.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)) {
    writeFileSync(name, code);
  }
  const torch = join(repository, "packages/lab/test/oracle/fixtures/torch");
  copyFileSync(join(torch, "reader.safetensors"), "torch.safetensors");
});

test("a run goes on with the vocabulary that its weights were learnt with", async () => {
  commandLedger();
  const train = (...flags: string[]) => run("train", "reader.ts", "--epochs", "2", ...flags);
  expect(await train()).toMatchObject({ code: 0, err: "" });
  const { code, err, out } = await train("--from", "last", "--freeze", "layers.0");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^ +frozen +layers\.0\.weight$/m);
});

test("PyTorch's weights, but for the head", async () => {
  const printed: unknown[][] = [];
  const spy = vi.spyOn(console, "log").mockImplementation((...each) => void printed.push(each));
  try {
    const options = { virtualModules: { versant, "@versant/core": core }, interopDefault: false };
    const file = join(process.cwd(), "torch.ts");
    await createJiti(file, { ...options, fsCache: false }).import(file);
  } finally {
    spy.mockRestore();
  }
  expect(printed).toEqual([
    [11, ["layers.7.weight", "layers.7.bias"], ["fc.weight", "fc.bias"]],
    [[1, 10]],
  ]);
});
