import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { run } from "../command/run.js";
import { temporaryFolder } from "../ledger/temporary.js";

const page = readFileSync(
  fileURLToPath(new URL("../../../../docs/models.md", import.meta.url)),
  "utf8",
);
const section = page.slice(page.indexOf("\n## Evaluate\n"), page.indexOf("\n## Specialise\n"));
const before = process.cwd();

beforeEach(() => {
  const folder = temporaryFolder();
  process.chdir(folder);
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  vi.stubEnv("VERSANT_KEYS", join(folder, "keys"));
  const [, flats = ""] = /^```ts\n\/\/ flats\.ts\n(.*?)^```$/ms.exec(page) ?? [];
  writeFileSync("flats.ts", flats);
  const rows = Array.from({ length: 120 }, (_, row) => {
    const area = 30 + ((row * 53) % 90);
    return `${area},${row % 2 ? "Delta" : "Bellevue"},${10 * area + (row % 2 ? 0 : 300)}`;
  });
  writeFileSync("let.csv", `area,district,rent\n${rows.join("\n")}\n`);
});

afterEach(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
});

test("the section's commands do what it says", async () => {
  for (const epochs of ["5", "50"]) {
    expect(await run("train", "flats.ts", "--epochs", epochs)).toMatchObject({ code: 0, err: "" });
  }
  const commands = [...section.matchAll(/^npx versant (.*)$/gm)].map(([, words = ""]) =>
    words.replaceAll('"', "").split(" "),
  );
  expect(commands).toHaveLength(2);
  const [first, second] = [await run(...(commands[0] ?? [])), await run(...(commands[1] ?? []))];
  expect([first.code, first.err, second.code, second.err]).toEqual([0, "", 0, ""]);
  expect(first.out).toMatch(/^flats-\w+ on let\.csv: 120 rows, expected rent\n\nScores\n/);
  const { scores, slices } = JSON.parse(readFileSync("let.json", "utf8"));
  expect(scores.map(({ name }: { name: string }) => name)).toEqual(["MAE", "RMSE", "R2"]);
  expect(slices.map(({ value }: { value: string }) => value)).toEqual(["Bellevue", "Delta"]);
  // Fifty epochs against five.
  expect(second.out).toMatch(/B is better: MAE -\S+ \(-\S+ to -\S+\)\n$/);
});
