import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Ledger } from "../../src/ledger/ledger.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { start } from "./process.js";
import { fixture, run } from "./run.js";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "versant-serve-"));
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  expect(await train()).toMatchObject({ code: 0 });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const train = (...flags: readonly string[]) =>
  run("train", fixture("line.ts"), "--epochs", "2", ...flags);

const served = (url: string, body: unknown) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

// Windows has no signals that one process could send to another.
test.runIf(process.platform !== "win32")(
  "serves the last run, reloads at SIGHUP, ends at SIGTERM, and has recorded what it said",
  async () => {
    const file = join(folder, "line.safetensors");
    const words = ["serve", "line=last", file, "--port", "0"];
    await train("--learningRate", "0.05", "--weights", file, "--no-ledger");
    const { child, printed, finished } = start(folder, words);
    let out = "";
    child.stdout.on("data", (text) => {
      out += text;
    });
    await printed(/docs +http/);
    const [, url = ""] = /POST (\S+)/.exec(out) ?? [];
    expect(out).toMatch(
      /^line +line-\S+, POST \S+\/v1\/models\/line\/predict\nline +[0-9a-f]{12},/,
    );
    const first = /line +(line-\S+),/.exec(out)?.[1];
    const path = url.replace("/predict", `/versions/${first}/predict`);

    const answer = await (await served(path, { inputs: [[0.5], [0.25]] })).json();
    expect(answer).toEqual({
      ...{ model: "line", version: first },
      predictions: [{ numbers: expect.any(Number) }, { numbers: expect.any(Number) }],
    });
    const raw = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: new Uint8Array(Float32Array.of(0.5, 0.25).buffer),
    });
    expect(await raw.json()).toEqual(answer);
    const wrong = await served(path, { inputs: [[0.5], ["a"]] });
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({ field: "inputs[1][0]", received: '"a"' });

    await train("--learningRate", "0.01");
    child.kill("SIGHUP");
    await printed(/(docs +http[\s\S]*){2}/);
    expect((await served(path, { inputs: [[0.5]] })).status).toBe(404);
    expect((await served(url, { inputs: [[0.5]] })).status).toBe(200);

    child.kill("SIGTERM");
    const { code, err } = await finished;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const ledger = Ledger.open({ mode: "read" });
    const events = await ledger.events({ types: ["requests"] });
    expect(events.map(({ run, payload }) => [run, payload.count])).toEqual([
      [first, 4],
      [null, 1],
    ]);
    expect(await verifyLedger(ledger)).not.toHaveProperty("fault");
    await ledger.close();
    expect((await run("show", first ?? "")).out).toContain("answered 4 samples");
  },
);

describe("what cannot be served", () => {
  test.each([
    [["--host", "0.0.0.0"], 2, /--host: received 0.0.0.0.*without a token/],
    [["--port", "65536"], 2, /--port: received "65536", expected/],
    [["--wait", "soon"], 2, /--wait: received "soon"/],
    [["--token-file", "none"], 1, /--token-file: cannot read none \(ENOENT\)/],
  ])("%j", async (flags, code, message) => {
    const result = await run("serve", "last", ...flags);
    expect(result).toMatchObject({ code, err: expect.stringMatching(message) });
  });

  test("no run, an unknown run, no model, an empty token", async () => {
    expect((await run("serve")).code).toBe(2);
    expect((await run("serve", "nothing")).err).toMatch(/nothing/);
    expect((await run("serve", "missing.safetensors")).err).toMatch(/missing.safetensors \(ENOENT/);
    const empty = join(folder, "token");
    writeFileSync(empty, "\n");
    expect((await run("serve", "last", "--token-file", empty)).err).toMatch(/empty file/);
  });
});
