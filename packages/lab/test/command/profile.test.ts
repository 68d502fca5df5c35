import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultDevice, useDevice } from "@versant/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ProfileReport } from "../../src/index.js";
import { fixture, run } from "./run.js";

const line = fixture("line.ts");
const before = defaultDevice().name;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "versant-profile-"));
  await useDevice("wasm");
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await useDevice(before);
});

describe("versant profile", () => {
  test("shows the machine's limits and each kernel's part of the step", async () => {
    const { code, out, err } = await run("profile", line, "--batchSize", "8");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^line: a neuron learns a line\ndevice +wasm: /);
    expect(out).toMatch(/^limits +\d+ GFLOP\/s of multiply-adds, [\d.]+ GB\/s of memory, /m);
    expect(out).toMatch(/^kernel +calls +[µm]s +share +GFLOP\/s +of limit +GB\/s +of limit\n-+\n/m);
    expect(out).toMatch(/^all kernels +\d+( +[\d.]+ +[\d.]+ %){3}$/m);
    expect(out).toMatch(/^outside of kernels +[\d.]+ +[\d.]+ %$/m);
    expect(out).toMatch(/^a step +[\d.]+ +100.0 %$/m);
    expect(out).toMatch(/^Means of the middle half of 20 steps\./m);
  });

  test("writes the same as JSON, and nothing else", async () => {
    const file = join(folder, "profile.json");
    const { code } = await run("profile", line, "--steps", "3", "--json", file, "--seed", "7");
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual(["profile.json"]);
    const report: ProfileReport = JSON.parse(readFileSync(file, "utf8"));
    expect(report).toMatchObject({ experiment: "line", device: "wasm", seed: 7, steps: 3 });
    expect(report.hyperparameters).toMatchObject({ learningRate: 0.1, batchSize: 64 });
    expect(report.limits.operationsPerSecond).toBeGreaterThan(0);
    expect(report.limits.bytesPerSecond).toBeGreaterThan(0);
    const times = report.kernels.map(({ nanoseconds }) => nanoseconds);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const inside = times.reduce((sum, each) => sum + each, 0);
    expect(report.outside).toBeCloseTo(report.nanoseconds - inside, 3);
    const names = report.kernels.map(({ kind, label }) => `${kind} ${label}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test("counts by the step: forward and gradient of a batch of 16", async () => {
    const file = join(folder, "profile.json");
    await run("profile", line, "--batchSize", "16", "--steps", "2", "--json", file);
    const report: ProfileReport = JSON.parse(readFileSync(file, "utf8"));
    const gathers = report.kernels.filter(({ label }) => label === "take (16, 1)");
    expect(gathers.map(({ calls }) => calls)).toEqual([2]);
    // Indices, rows, and where they go, of input and target.
    expect(gathers[0]?.bytes).toBe(2 * 4 * (16 + 16 + 16));
  });
});

describe("versant profile refuses", () => {
  test.each([
    [["--steps", "0"], 2, /--steps: received "0", expected a whole number from 1 to 1000/],
    [["--steps", "2.5"], 2, /--steps: received "2.5", expected a whole number/],
    [["--report", "x.json"], 2, /unknown flag --report; the nearest known one is --/],
    [["--learningRate", "0"], 2, /--learningRate: received "0", expected a number/],
    [["--json", "missing/x.json"], 1, /--json: cannot write missing\/x.json .*folder that exists/],
  ])("%j", async (flags, code, message) => {
    const result = await run("profile", line, ...flags);
    expect(result.err).toMatch(message);
    expect(result).toMatchObject({ code, out: "" });
  });

  test("a file that is not there", async () => {
    const { code, err } = await run("profile", fixture("missing.ts"));
    expect(code).toBe(1);
    expect(err).toContain("there is no such file");
  });

  test("the reference device, which has no kernels", async () => {
    await useDevice("reference");
    const { code, err } = await run("profile", line);
    expect(code).toBe(2);
    expect(err).toContain("profile: the device reference has no kernels to time, expected native");
  });

  test("a model that diverges, and can profile again", async () => {
    const { code, err } = await run("profile", line, "--learningRate", "1e30");
    expect(code).toBe(1);
    expect(err).toContain("is not finite");
    expect((await run("profile", line, "--steps", "1")).code).toBe(0);
  });
});
