import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadExperiment } from "../src/experiment/load.js";
import { Run } from "../src/experiment/run.js";

describe("examples/houses.ts", () => {
  test("predicts better than linear regression in the same folds", async () => {
    const file = fileURLToPath(new URL("../../../examples/houses.ts", import.meta.url));
    const hyperparameters = { parts: 3, epochs: 20 };
    const run = await Run.prepare(await loadExperiment(file), { hyperparameters });
    expect(run.parameters).toBe(5_057);
    const { train, test: kept } = run.setup.data;
    expect([train.length, kept?.length]).toEqual([337, 169]);
    await run.fit();
    const inspection = await run.inspect();
    const scores = inspection?.report?.r2 as Record<string, number>;
    expect(Object.keys(scores)).toEqual([
      "network",
      "linear regression",
      "5 nearest neighbours",
      "support vector machine",
      "regression tree (CART)",
    ]);
    expect(scores.network).toBeGreaterThan(scores["linear regression"] as number);
    // Guessing the mean scores 0.
    for (const score of Object.values(scores)) expect(score).toBeGreaterThan(0.4);
    expect(inspection?.lines.join("\n")).toMatch(/network +0\.\d{3} .*\nlinear regression +0\./);
  }, 60_000);
});
