import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as core from "@versant/core";
import { createJiti } from "jiti";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { drawShapes } from "../../../../examples/support/shapes.js";
import * as versant from "../../src/index.js";
import { run } from "../command/run.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const before = process.cwd();
let folder: string;

/** The recipes as files, and data such as they speak of. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "versant-recipes-"));
  process.chdir(folder);
  const page = readFileSync(join(repository, "docs/data.md"), "utf8");
  for (const [, name = "", code = ""] of page.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)) {
    writeFileSync(name, code);
  }
  const table = (name: string, lines: readonly string[]) =>
    writeFileSync(name, `${lines.join("\n")}\n`);
  const listed = <T>(length: number, each: (index: number) => T): T[] =>
    Array.from({ length }, (_, index) => each(index));

  copyFileSync(join(repository, "examples/data/rents.csv"), "rents.csv");
  table("new.csv", [
    "date,district,area,rooms,built,heating",
    "2024-05-01,Bellevue,80,3,,gas",
    "2024-05-01,Ferry,40,1,1980,",
  ]);
  await drawShapes("photos/train", 20, 1);
  await drawShapes("photos/test", 4, 2);
  const words = { order: ["send", "two", "boxes"], complaint: ["broken", "late", "refund"] };
  table("messages.csv", [
    "message,kind",
    ...listed(80, (index) => {
      const kind = index % 2 === 0 ? "order" : "complaint";
      const own = listed(1 + (index % 5), (place) => words[kind][(index + place) % 3]);
      return `please ${own.join(" ")} number ${index},${kind}`;
    }),
  ]);
  const daily = [20, 22, 21, 25, 40, 60, 35];
  table("sales.csv", [
    "day,sold",
    ...listed(500, (day) => {
      const noise = 12 * ((((day + 1) * Math.SQRT2) % 1) - 0.5);
      return `${day},${Math.round((daily[day % 7] ?? 0) + noise)}`;
    }),
  ]);
  table("claims.csv", [
    "amount,age,outcome",
    ...listed(600, (index) => {
      const isFraud = index % 20 === 0;
      const [a, b] = [((index + 1) * Math.sqrt(2)) % 1, ((index + 1) * Math.sqrt(3)) % 1];
      return isFraud
        ? `${Math.round(1500 + 1500 * a)},${Math.round(20 + 25 * b)},fraud`
        : `${Math.round(200 + 1900 * a)},${Math.round(20 + 60 * b)},paid`;
    }),
  ]);
  table("visits.csv", [
    "patient,pressure,pulse,ill",
    ...listed(60, (visit) => {
      const patient = Math.floor(visit / 3);
      return `${patient},${110 + patient},${60 + (patient % 7)},${patient % 2}`;
    }),
  ]);
});

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** What a script of the page prints. */
async function runScript(name: string): Promise<unknown[]> {
  const printed: unknown[] = [];
  const spy = vi.spyOn(console, "log").mockImplementation((each) => void printed.push(each));
  try {
    const options = { virtualModules: { versant, "@versant/core": core }, interopDefault: false };
    await createJiti(join(folder, name), { ...options, fsCache: false }).import(join(folder, name));
  } finally {
    spy.mockRestore();
  }
  return printed;
}

test("a table: CSV, training, weights, prediction of new rows", async () => {
  const trained = await run(
    "train",
    "rents.ts",
    "--epochs",
    "20",
    "--weights",
    "rents.safetensors",
  );
  expect(trained.err).toBe("");
  const [, r2] = /R² (\S+), 95 % of resamples/.exec(trained.out) ?? [];
  expect(Number(r2)).toBeGreaterThan(0.9);
  const [rents] = (await runScript("predict.ts")) as [Float64Array];
  expect(rents).toHaveLength(2);
  // About 80 and 40 square metres at 9 to 18 a month, after five years of rises.
  for (const [flat, area] of [80, 40].entries()) {
    expect(Number(rents[flat]) / area).toBeGreaterThan(8);
    expect(Number(rents[flat]) / area).toBeLessThan(25);
  }
});

test("pictures: folders, a worker, augmentation", async () => {
  const { out, err } = await run("train", "photos.ts", "--epochs", "2");
  expect(err).toBe("");
  expect(out).toMatch(/^test .*accuracy \d/m);
});

test("texts: vocabulary, buckets, weights", async () => {
  const [scores] = (await runScript("messages.ts")) as [versant.Scores];
  expect(scores.accuracy).toBe(1);
  expect(existsSync("messages.safetensors")).toBe(true);
});

test("a series: windows, and the naive forecast that has to be beaten", async () => {
  const [{ mae, naive }] = (await runScript("sales.ts")) as [{ mae: number; naive: number }];
  expect(mae).toBeLessThan(naive);
});

test("rare classes: recall with each remedy", async () => {
  const [distribution, ...tables] = (await runScript("claims.ts")) as string[];
  expect(distribution).toMatch(/^fraud +21 +5\.00 %/m);
  const recall = (text: string | undefined): number =>
    Number(/^fraud +\S+ +(\S+)/m.exec(String(text))?.[1]);
  const [none = 1, ...others] = tables.map(recall);
  expect(others).toHaveLength(2);
  for (const other of others) expect(other).toBeGreaterThan(none);
});

test("leaks: a split by group has none", async () => {
  const [{ careless, grouped }] = (await runScript("visits.ts")) as [Record<string, number>];
  expect(careless).toBeGreaterThan(0);
  expect(grouped).toBe(0);
});
