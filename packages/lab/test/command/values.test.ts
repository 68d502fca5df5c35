import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../ledger/temporary.js";
import { fixture, run } from "./run.js";

const line = fixture("line.ts");

/** Trains the line with a file of these words. */
async function train(content: string, ...flags: string[]) {
  const folder = temporaryFolder();
  const values = join(folder, "values.json");
  const path = join(folder, "report.json");
  writeFileSync(values, content);
  const told = await run("train", line, "--values", values, "--report", path, ...flags);
  const report = () => JSON.parse(readFileSync(path, "utf8"));
  return { ...told, report, values };
}

describe("--values", () => {
  test("takes hyper-parameters and seed from a file; flags win", async () => {
    const content = { learningRate: 0.01, optimizer: "adam", bias: false, epochs: 3, seed: 7 };
    const { code, err, report } = await train(JSON.stringify(content), "--epochs", "2");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(report()).toMatchObject({
      seed: 7,
      hyperparameters: {
        learningRate: 0.01,
        optimizer: "adam",
        bias: false,
        epochs: 2,
        batchSize: 64,
      },
    });
    expect((await train('{ "seed": 7 }', "--epochs", "1", "--seed", "8")).report().seed).toBe(8);
    const { report: plain } = await train("{}", "--epochs", "1");
    expect(plain()).toMatchObject({ seed: 42, hyperparameters: { learningRate: 0.1 } });
  });

  test.each([
    ['{ "learningRat": 1 }', /"learningRat" in .*values\.json, .* the nearest is learningRate\./],
    ['{ "toString": 1 }', /received "toString" in .*values\.json, expected names among/],
    [
      '{ "learningRate": 0 }',
      /received 0 as learningRate in .*values\.json, expected a number from/,
    ],
    ['{ "learningRate": "0.1" }', /received "0\.1" as learningRate in .*values\.json/],
    ['{ "optimizer": "SGD" }', /received "SGD" as optimizer in .* expected one of "sgd", "adam"/],
    ['{ "bias": null }', /received null as bias in .* expected true or false/],
    ['{ "epochs": 1.5 }', /received 1\.5 as epochs in .* expected a whole number/],
    ['{ "seed": -1 }', /received -1 as seed in .*values\.json/],
    ["[1]", /received a list in .*values\.json, expected a JSON object such as/],
    ["3", /received 3 in .*values\.json, expected a JSON object such as/],
    ["{", /values\.json cannot be read \(.*\); expected a JSON object such as/],
  ])("refuses %s with exit code 2", async (content, message) => {
    const { code, out, err } = await train(content);
    expect(err).toMatch(message);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  test("refuses a file that is not there", async () => {
    const { code, err } = await run("train", line, "--values", "/nowhere/values.json");
    expect(code).toBe(2);
    expect(err).toMatch(/--values: \/nowhere\/values\.json cannot be read \(ENOENT/);
  });
});
