import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../ledger/temporary.js";
import { fixture, run } from "./run.js";

const line = fixture("line.ts");

test("find-rate draws a curve and suggests a rate, with the flag to paste", async () => {
  const report = join(temporaryFolder(), "rates.json");
  const { code, out, err } = await run("find-rate", line, "--batchSize", "8", "--report", report);
  expect([code, err]).toEqual([0, ""]);
  const found = JSON.parse(readFileSync(report, "utf8"));
  expect(found.points[0]).toMatchObject({ rate: 1e-6 });
  expect(found.steepest).toBeLessThanOrEqual(found.largestStable);
  expect(out).toMatch(/^\d\.\de[+-]\d+ .*← steepest$/m);
  const rate = Number(found.steepest.toPrecision(2));
  expect(out).toContain(`versant train ${line} --batchSize 8 --learningRate ${rate} --seed 42`);
});

test("find-batch measures sizes and suggests one", async () => {
  const report = join(temporaryFolder(), "sizes.json");
  const limits = ["--sizes", "1,4,16", "--seconds", "0.002", "--report", report];
  const { code, out, err } = await run("find-batch", line, ...limits);
  expect([code, err]).toEqual([0, ""]);
  const { sizes, knee } = JSON.parse(readFileSync(report, "utf8"));
  expect(sizes.map(({ batchSize }: { batchSize: number }) => batchSize)).toEqual([1, 4, 16]);
  expect(out).toContain(`versant train ${line} --batchSize ${knee} --seed 42`);
});

test.each([
  [["find-rate", line, "--lowest", "1", "--highest", "0.1"], /received rates from 1 to 0.1/],
  [["find-rate", line, "--steps", "3"], /--steps: received "3", expected .*20/],
  [["find-batch", line, "--sizes", "4,x"], /--sizes: received "4,x", expected whole numbers by/],
  [["find-batch", line, "--sizes", "64"], /expected a list of rising integers up to 16/],
])("%j is refused", async (words, message) => {
  const { code, err } = await run(...words);
  expect(code).toBeGreaterThan(0);
  expect(err).toMatch(message);
});
