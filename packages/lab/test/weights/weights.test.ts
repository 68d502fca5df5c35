import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  ArgumentError,
  decodeSafetensors,
  encodeSafetensors,
  loadWeights,
  nn,
  readPreprocessing,
  saveWeights,
  TableEncoder,
  tableFromObjects,
} from "../../src/index.js";
import { fixture, run } from "../command/run.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-weights-"));
  path = join(folder, "model.safetensors");
});
afterEach(() => rmSync(folder, { recursive: true }));

const valuesOf = (model: nn.Module) =>
  [...model.stateDict()].map(([name, each]) => [name, each.dataSync()]);

describe("saveWeights and loadWeights", () => {
  test("give a model back, buffers included", async () => {
    const build = () => new nn.Sequential(new nn.Linear(3, 2), new nn.BatchNorm1d(2));
    const saved = build();
    await saveWeights(saved, path);
    const loaded = build();
    expect(valuesOf(loaded)).not.toEqual(valuesOf(saved));
    expect(loadWeights(loaded, path)).toEqual({
      taken: [...saved.stateDict().keys()],
      ...{ fresh: [], unexpected: [], renamed: {}, preprocessing: undefined },
    });
    expect(valuesOf(loaded)).toEqual(valuesOf(saved));
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  test("take a state dict, and several things that were fitted", async () => {
    const encoder = TableEncoder.fit(tableFromObjects([{ a: 1 }, { a: 3 }]), {
      inputs: { a: { as: "standard" } },
    });
    const model = new nn.Linear(1, 1);
    await saveWeights(model.stateDict(), path, { preprocessing: { inputs: encoder } });
    const stored = readPreprocessing(path) as { inputs: unknown };
    expect(loadWeights(model, path).preprocessing).toEqual(stored);
    const row = tableFromObjects([{ a: 7 }]);
    expect(TableEncoder.fromJSON(stored.inputs).encode(row).features?.dataSync()).toEqual(
      encoder.encode(row).features?.dataSync(),
    );
  });

  test("name what does not fit, and leave the model as it was", async () => {
    await saveWeights(new nn.Linear(3, 2, { bias: false }), path);
    const model = new nn.Linear(3, 4);
    const before = valuesOf(model);
    expect(() => loadWeights(model, path)).toThrow(ArgumentError);
    expect(() => loadWeights(model, path)).toThrow(
      /^loadWeights: .*model\.safetensors: .*missing: bias; of the wrong kind: weight \(received float32 \(2, 3\), expected float32 \(4, 3\)\)/,
    );
    expect(valuesOf(model)).toEqual(before);
    await saveWeights(new nn.Linear(3, 2), path);
    expect(() => loadWeights(new nn.Linear(3, 2, { bias: false }), path)).toThrow(
      "unexpected: bias",
    );
  });

  test("name what cannot be read or written", async () => {
    const model = new nn.Linear(1, 1);
    expect(() => loadWeights(model, path)).toThrow(
      /loadWeights: cannot read .*model\.safetensors \(ENOENT\); expected a safetensors file/,
    );
    await saveWeights(model, path);
    expect(() => readPreprocessing(path)).toThrow(/readPreprocessing: .* holds weights alone/);
    expect(() => loadWeights(path as never, model as never)).toThrow("received no model");
    await expect(saveWeights(path as never, path)).rejects.toThrow("the model or state dict");
    await expect(saveWeights(model, join(folder, "no", "file"))).rejects.toThrow(
      "saveWeights: cannot write",
    );
    await expect(saveWeights(model, path, { encoder: {} } as never)).rejects.toThrow(
      'saveWeights: received an option named "encoder"',
    );
    const words = new Map([["a", 1]]);
    await expect(saveWeights(model, path, { preprocessing: words as never })).rejects.toThrow(
      "received a Map as the preprocessing, expected something with toJSON()",
    );
    await expect(saveWeights(model, path, { preprocessing: { words } as never })).rejects.toThrow(
      'received a Map as "words" of the preprocessing',
    );
  });

  test("say that a stored preprocessing is no JSON", () => {
    writeFileSync(path, encodeSafetensors(new Map(), { "versant.preprocessing": "{" }));
    expect(() => readPreprocessing(path)).toThrow(/the preprocessing of .*model\.safetensors \(/);
  });
});

describe("versant train --weights", () => {
  const script = `
    import { loadWeights, nn, readPreprocessing, TableEncoder, tableFromObjects } from "${
      new URL("../../dist/index.js", import.meta.url).href
    }";
    const encoder = TableEncoder.fromJSON(readPreprocessing(process.argv[2]));
    const model = new nn.Linear(encoder.featureNames.length, 1);
    loadWeights(model, process.argv[2]);
    const house = tableFromObjects([{ size: 81, town: "Lynn" }]);
    console.log(model.forward(encoder.encode(house).features).itemSync());
  `;

  test("stores what was fitted, so that another process predicts the same", async () => {
    const report = join(folder, "report.json");
    const experiment = fixture("prices.ts");
    const { code, err } = await run(
      ...["train", experiment, "--epochs", "2", "--weights", path, "--report", report],
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const { metadata } = decodeSafetensors(readFileSync(path), path);
    expect(Object.keys(metadata)).toEqual([
      "versant.graph",
      "versant.preprocessing",
      "versant.signature",
    ]);
    writeFileSync(join(folder, "predict.mjs"), script);
    const answer = execFileSync(process.execPath, [join(folder, "predict.mjs"), path], {
      encoding: "utf8",
    });
    expect(Number(answer)).toBe(JSON.parse(readFileSync(report, "utf8")).inspection.answer);
  });
});
