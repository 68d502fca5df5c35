import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../ledger/temporary.js";
import { run } from "../run.js";
import { twoRuns } from "./filled.js";

test("versant report writes a page, single pictures, or prints", async () => {
  await twoRuns();
  const folder = temporaryFolder();
  const [page, pictures] = [join(folder, "report.html"), join(folder, "new", "figures")];
  const both = await run("report", "a", "--to", page, "--svg", pictures, "--language", "fr");
  expect(both).toMatchObject({ code: 0, err: "" });
  expect(both.out).toContain(`${page}: written\n${pictures}: loss.svg, `);
  expect(readFileSync(page, "utf8")).toContain('<html lang="fr">');
  const files = readdirSync(pictures);
  expect(files).toContain("steps.svg");
  for (const file of files) expect(readFileSync(join(pictures, file), "utf8")).toMatch(/^<svg /);
  const printed = await run("report", "a");
  expect(printed.out).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
});

test("versant report refuses what it cannot write, before it reads", async () => {
  await twoRuns();
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  expect(await run("report", "a", "--svg", join(file, "below"))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/--svg: cannot write .*below \(.*expected the path of a folder/),
  });
  expect((await run("report", "a", "--to", join(file, "below"))).err).toMatch(/--to: cannot write/);
});
