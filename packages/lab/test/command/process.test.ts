import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeSafetensors } from "../../src/index.js";
import { type Running, start as startIn } from "./process.js";
import { fixture } from "./run.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-process-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = (...args: readonly string[]): Running => startIn(folder, args);

const endless = (...flags: readonly string[]): Running =>
  start("train", fixture("line.ts"), "--epochs", "1000000", "--report", "report.json", ...flags);
const readReport = () => JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));

describe("the built command", () => {
  test("trains an experiment that lies outside any package", async () => {
    cpSync(fixture("line.ts"), join(folder, "line.ts"));
    const { code, out, err } = await start(
      ...["train", "line.ts", "--epochs", "2", "--device", "reference", "--report", "report.json"],
    ).finished;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("end of epoch   2");
    expect(readReport()).toMatchObject({ experiment: "line", device: "reference" });
  });

  test("has exit codes: 0 for help, 1 for failures, 2 for what is no command", async () => {
    const codes = [["--help"], ["train", "missing.ts"], ["learn"]].map(
      async (args) => (await start(...args).finished).code,
    );
    expect(await Promise.all(codes)).toEqual([0, 1, 2]);
  });

  test("an unknown device is told without a stack", async () => {
    const { code, err } = await start("train", fixture("line.ts"), "--device", "gpu").finished;
    expect(code).toBe(2);
    expect(err).toMatch(
      /^versant: --device: received "gpu", expected one of "native", "wasm", "reference"/,
    );
    expect(err).not.toMatch(/\n\s+at /);
  });
});

// Windows has no signals that one process could send to another.
describe.runIf(process.platform !== "win32")("a signal", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "%s ends training after the batch and says what was kept",
    async (signal, expected) => {
      const { child, printed, finished } = endless("--weights", "weights.safetensors");
      await printed(/end of epoch +3 /);
      child.kill(signal);
      const { code, out } = await finished;
      expect(code).toBe(expected);
      expect(out).toMatch(
        new RegExp(
          `Interrupted by ${signal} after batch \\d of 1 of epoch \\d+\\. Kept are the weights after ` +
            "that batch, not tested; they are in weights.safetensors; `versant resume line-\\w+` goes on",
        ),
      );
      const report = readReport();
      expect(report.interrupted).toBe(true);
      expect(report.epochs.length).toBeGreaterThanOrEqual(3);
      expect(report).not.toHaveProperty("test");
      const bytes = readFileSync(join(folder, "weights.safetensors"));
      expect(decodeSafetensors(bytes, "weights").tensors.size).toBe(2);
    },
  );

  test("a second SIGINT does not wait for the batch", async () => {
    const { child, printed, finished } = start("train", fixture("stuck.ts"));
    await printed(/the callback waits/);
    child.kill("SIGINT");
    await printed(/the signal has arrived/);
    child.kill("SIGINT");
    const { code, out } = await finished;
    expect(code).toBe(130);
    expect(out).not.toContain("Interrupted");
  });

  test("SIGINT after training loses no weights", async () => {
    const { child, printed, finished } = start(
      ...["train", fixture("inspecting.ts"), "--epochs", "1", "--weights", "weights.safetensors"],
    );
    await printed(/the model is being looked at/);
    child.kill("SIGINT");
    await finished;
    const bytes = readFileSync(join(folder, "weights.safetensors"));
    expect(decodeSafetensors(bytes, "weights").tensors.size).toBe(2);
  });

  test("SIGPIPE, when nobody reads on, ends the command in silence", async () => {
    const { child, printed, finished } = endless();
    await printed(/end of epoch +1 /);
    child.stdout.destroy();
    const { code, err } = await finished;
    expect(code).toBe(141);
    expect(err).not.toContain("EPIPE");
  });
});
