import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeSafetensors } from "../../src/index.js";
import { fixture, run } from "./run.js";

const line = fixture("line.ts");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-train-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const readReport = () => JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));

/** Trains the line with a report and weights in the temporary folder. */
const train = (...flags: readonly string[]) =>
  run(
    ...["train", line, "--report", join(folder, "report.json")],
    ...["--weights", join(folder, "weights.safetensors"), ...flags],
  );

describe("versant train", () => {
  test("refuses one file for both report and weights", async () => {
    const path = join(folder, "both");
    const { code, err } = await run("train", line, "--report", path, "--weights", path);
    expect(code).toBe(2);
    expect(err).toContain("expected a file of its own for each");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("says what runs, logs each epoch, tests, and reports", async () => {
    const { code, out, err } = await train("--epochs", "40", "--batchSize", "4", "--seed", "7");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^line: a neuron learns a line\nrun +line-\w{6}\ndevice +\w+/);
    expect(out).toContain("2 parameters");
    expect(out).toContain("16 training, 8 validation, 8 test samples");
    expect(out).toMatch(/ learningRate 0.1, optimizer sgd, bias true, epochs 40, batchSize 4$/m);
    expect(out).toMatch(
      /^\| end of epoch +40 \| time: +\d+\.\d\ds \| train mae +\S+ \| valid mae +\S+$/m,
    );
    expect(out).toMatch(/^at 10: \d\d\.\d$/m);
    expect(out).toMatch(/^prediction +\S+ ms a sample in batches, \S+ ms alone$/m);
    expect(out).toMatch(/^time +\d+\.\d s, peak memory \d+ MB$/m);

    const report = readReport();
    expect(Object.keys(report)).toEqual([
      ...["run", "experiment", "device", "arithmetic", "seed", "hyperparameters", "parameters"],
      ...["leaks", "epochs", "test", "millisecondsPerPrediction", "latencyMilliseconds"],
      ...["inspection"],
      ...["seconds", "peakMemoryMB", "weightsSha256"],
    ]);
    expect(report).toMatchObject({
      experiment: "line",
      seed: 7,
      hyperparameters: {
        learningRate: 0.1,
        optimizer: "sgd",
        bias: true,
        epochs: 40,
        batchSize: 4,
      },
      parameters: 2,
    });
    expect(report.epochs).toHaveLength(40);
    expect(Object.keys(report.epochs[0])).toEqual([
      ...["epoch", "seconds", "learningRate", "train", "validation"],
    ]);
    expect(Object.keys(report.epochs[0].validation)).toEqual(["loss", "mae"]);
    expect(report.test.mae).toBeLessThan(0.1);
    expect(report.millisecondsPerPrediction).toBeGreaterThan(0);
    expect(report.latencyMilliseconds).toBeGreaterThan(0);
    expect(report.inspection.at10).toBeGreaterThan(15);
    expect(report.seconds).toBeGreaterThan(report.epochs[0].seconds);
    expect(report.peakMemoryMB).toBeGreaterThan(20);
    expect(out).toContain(`SHA-256 ${report.weightsSha256}`);
  });

  test("writes the weights that were tested, and nothing else", async () => {
    await train("--epochs", "40", "--batchSize", "4");
    const bytes = readFileSync(join(folder, "weights.safetensors"));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(readReport().weightsSha256);
    const { tensors: weights } = decodeSafetensors(bytes, "weights");
    expect([...weights.keys()]).toEqual(["bias", "weight"]);
    expect(weights.get("weight")?.data[0]).toBeCloseTo(2, 0);
    expect(readdirSync(folder).sort()).toEqual(["report.json", "weights.safetensors"]);
  });

  test("repeats itself to the bit, and a seed or flag changes the outcome", async () => {
    const hashes = [];
    for (const flags of [[], [], ["--seed", "1"], ["--optimizer", "adam"], ["--no-bias"]]) {
      await train("--epochs", "3", ...flags);
      hashes.push(readReport().weightsSha256);
    }
    expect(hashes[1]).toBe(hashes[0]);
    expect(new Set(hashes).size).toBe(4);
  });

  test("a loss that is not finite ends training, and the last good weights are kept", async () => {
    const { code, err } = await train("--learningRate", "1e30", "--batchSize", "4");
    expect(code).toBe(1);
    expect(err).toMatch(/^versant: .*diverged in epoch \d+, batch \d+ of \d+.* is not finite/);
    expect(err).toContain("last good weights");
    expect(err).not.toMatch(/\n\s+at /);
    const report = readReport();
    expect(report.failure).toContain("diverged");
    expect(report).not.toHaveProperty("test");
    expect(report).not.toHaveProperty("millisecondsPerPrediction");
    expect(report).not.toHaveProperty("latencyMilliseconds");
    const { tensors: weights } = decodeSafetensors(
      readFileSync(join(folder, "weights.safetensors")),
      "weights",
    );
    expect(Number.isFinite(weights.get("weight")?.data[0])).toBe(true);
  });

  test("a test set that holds NaN is a failure, and what was learnt is kept", async () => {
    const outputs = ["report.json", "weights.safetensors"].map((name) => join(folder, name));
    const [report = "", weights = ""] = outputs;
    const flags = ["--report", report, "--weights", weights, "--epochs", "2"];
    const { code, err } = await run("train", fixture("brokenTest.ts"), ...flags);
    expect(code).toBe(1);
    expect(err).toMatch(/^versant: In the evaluation, batch 1 of 1: the loss is NaN, expected/);
    expect(readReport().failure).toContain("In the evaluation, batch 1 of 1");
    expect(readReport().epochs).toHaveLength(2);
    expect(readReport()).not.toHaveProperty("test");
    const { tensors } = decodeSafetensors(readFileSync(weights), "weights");
    expect(Number.isFinite(tensors.get("weight")?.data[0])).toBe(true);
  });

  test.each(["--report", "--weights"])("an unwritable %s is told before anything", async (flag) => {
    for (const path of [join(folder, "missing", "out"), folder]) {
      const { code, out, err } = await run("train", line, flag, path);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain(`${flag}: cannot write ${path}`);
    }
  });

  test("tells which rows stand in training and in the test, and refuses them with --strict", async () => {
    const leaking = fixture("leaking.ts");
    const report = join(folder, "report.json");
    const { code, out } = await run("train", leaking, "--epochs", "1", "--report", report);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^equal rows +training: 1 of 4 repeated; test: 0 of 3 repeated, 2 in training; 1 with another target$/m,
    );
    expect(out).toMatch(
      /^warning +2 of 3 test rows stand in training \(see --strict\): test row 1 is training row 2, test/m,
    );
    expect(readReport().leaks).toEqual({
      train: { rows: 4, repeated: 1 },
      test: { rows: 3, repeated: 0, inTraining: 2, inValidation: 0 },
      contradictions: 1,
      pairs: [
        { part: "test", row: 1, equals: { part: "train", row: 2 } },
        { part: "test", row: 2, equals: { part: "train", row: 1 } },
      ],
    });

    const strict = await run("train", leaking, "--strict", "--report", report);
    expect(strict.code).toBe(1);
    expect(strict.err).toContain(
      "--strict: 2 of 3 test rows stand in training (test row 1 is training row 2, ",
    );
    expect(strict.out).not.toContain("end of epoch");
    expect(readReport()).toMatchObject({
      experiment: "leaking",
      leaks: { test: { inTraining: 2 } },
      epochs: [],
      failure: expect.stringMatching(/^2 of 3 test rows stand in training/),
    });
  });

  test("--no-leak-check is told in the output and in the report, and contradicts --strict", async () => {
    const { out } = await train("--epochs", "1", "--no-leak-check");
    expect(out).toMatch(/^equal rows +not checked \(--no-leak-check\)$/m);
    expect(readReport().leaks).toBe("not checked");
    const { code, err } = await train("--strict", "--no-leak-check");
    expect(code).toBe(2);
    expect(err).toContain("expected one of them");
  });

  test("--strict trains where there is nothing to refuse", async () => {
    const { code, out } = await train("--epochs", "1", "--strict");
    expect(code).toBe(0);
    expect(out).toMatch(
      /^equal rows +training: 0 of 16 repeated; validation: 0 of 8 repeated; test: 0 of 8 repeated$/m,
    );
    expect(out).not.toContain("warning");
  });

  test("--log bar is refused where there is no terminal", async () => {
    const { code, err } = await train("--log", "bar");
    expect(code).toBe(2);
    expect(err).toContain("a bar needs a terminal");
  });
});

describe("versant summary", () => {
  test("shows the layers of the model", async () => {
    const { code, out } = await run("summary", line, "--no-bias");
    expect(code).toBe(0);
    expect(out).toContain("Linear");
    expect(out).toMatch(/1 parameters \(4 B\): 1 trainable/);
  });

  test("shows a model of several inputs", async () => {
    const { code, out } = await run("summary", fixture("twoInputs.ts"));
    expect(code).toBe(0);
    expect(out).toMatch(/Embedding\(2, 3\).*\n.*Linear\(4, 1\)/);
  });
});
