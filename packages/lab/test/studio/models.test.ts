import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Ledger } from "../../src/ledger/ledger.js";
import type {
  CompilerPasses,
  GraphAnswer,
  ModelAnswer,
  PassesAnswer,
} from "../../src/studio/api/index.js";
import { fixture, run } from "../command/run.js";
import { startedDraft } from "../ledger/temporary.js";
import { opened } from "./studio.js";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "versant-studio-"));
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  expect(await run("train", fixture("line.ts"), "--epochs", "2")).toMatchObject({ code: 0 });
  const ledger = Ledger.open();
  await ledger.append([startedDraft("unfinished")]);
  await ledger.close();
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const trained = "%231";

describe("a trained model", () => {
  test("comes as the files that a browser computes with", async () => {
    const page = await opened({});
    const { status, body } = await page.get(`/api/runs/${trained}/model`);
    expect(status).toBe(200);
    const { folder: path, files, description } = body as ModelAnswer;
    expect(path).toMatch(/^\/api\/runs\/line-\w+\/model\/$/);
    expect(files).toEqual(expect.arrayContaining(["loader.js", "kernel.wasm", "model.bin"]));
    expect(description).toMatchObject({ format: 1, name: "line" });
    const ask = (file: string) =>
      fetch(`${page.studio.url}${path}${file}`, { headers: { cookie: page.cookie } });
    const kernel = await ask("kernel.wasm");
    expect(kernel.headers.get("content-type")).toBe("application/wasm");
    // What WebAssembly begins with.
    expect(
      Buffer.from(await kernel.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe("\0asm");
    const program = await (await ask("model.bin")).arrayBuffer();
    const { stamp } = description.program as { stamp: string };
    expect(Buffer.from(program).toString("latin1").endsWith(stamp)).toBe(true);
    expect((await ask("loader.js")).headers.get("content-type")).toMatch(/^text\/javascript/);
    expect((await ask("passwd")).status).toBe(404);
    expect((await ask("..%2f..%2fpackage.json")).status).toBe(404);
  });

  test("has a graph", async () => {
    const page = await opened({});
    const { body } = await page.get(`/api/runs/${trained}/graph`);
    const { graph, reason, layers, parameters } = body as GraphAnswer;
    expect(reason).toBeNull();
    expect(graph).toMatchObject({ format: 1, symbols: ["N"] });
    expect(graph?.nodes.map(({ primitive }) => primitive)).toContain("matmul");
    expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
  });

  test("is compiled for a batch, forward and backward", async () => {
    const page = await opened({});
    const ask = async (query: string) =>
      (await page.get(`/api/runs/${trained}/passes${query}`)).body as PassesAnswer;
    const forward = await ask("?batch=5");
    expect(forward).toMatchObject({ sizes: { N: 5 }, reason: null });
    const { captured, recomputed, units } = forward.passes as CompilerPasses;
    expect(captured.nodes.find(({ primitive }) => primitive === "matmul")?.shape).toEqual([5, 1]);
    expect(units).toHaveLength(recomputed.nodes.length);
    const backward = (await ask("?direction=backward")).passes as CompilerPasses;
    const products = ({ captured }: CompilerPasses): number =>
      captured.nodes.filter(({ primitive }) => primitive === "matmul").length;
    // One layer: the gradient of its weights is a product more, and that of its input is not asked for.
    expect([products({ ...backward, captured }), products(backward)]).toEqual([1, 2]);
    // The answer, and the gradients of weight and bias.
    expect(backward.captured.outputs).toHaveLength(3);
    expect(await page.get(`/api/runs/${trained}/passes?batch=0`)).toMatchObject({
      status: 400,
      body: { error: 'batch: received "0", expected a whole number of 1 to 4096.' },
    });
  });

  test("is not there before its run has ended", async () => {
    const page = await opened({});
    expect(await page.get("/api/runs/unfinished/model")).toMatchObject({
      status: 409,
      body: { error: expect.stringMatching(/unfinished has no model/) },
    });
    const reason = expect.stringMatching(/unfinished has no model/);
    const { body } = await page.get("/api/runs/unfinished/graph");
    expect(body).toMatchObject({ graph: null, reason });
    const passes = await page.get("/api/runs/unfinished/passes");
    expect(passes.body).toEqual({ sizes: {}, passes: null, reason });
    expect((await page.get("/api/runs/nobody/passes")).status).toBe(404);
  });
});

test("a dossier is a page that may run nothing, in either language", async () => {
  const page = await opened({});
  const { headers, body } = await page.get(`/api/runs/${trained}/dossier?language=fr`);
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox$/);
  expect(body).toContain('<html lang="fr">');
  expect((await page.get(`/api/runs/${trained}/dossier`)).body).toContain('<html lang="en">');
  expect((await page.get(`/api/runs/${trained}/dossier?language=de`)).status).toBe(400);
});
