import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openModel } from "../../src/model/openModel.js";
import { type ModelServer, startServer } from "../../src/serve/server.js";
import { servedModel } from "../../src/serve/trained.js";
import { run } from "../command/run.js";

const page = readFileSync(
  fileURLToPath(new URL("../../../../docs/models.md", import.meta.url)),
  "utf8",
);
let folder: string;
let server: ModelServer;

/** The page's model, served. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "versant-serve-page-"));
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  vi.stubEnv("VERSANT_KEYS", join(folder, "keys"));
  const [, code = ""] = /^```ts\n\/\/ flats.ts\n(.*?)^```$/ms.exec(page) ?? [];
  const file = join(folder, "flats.ts");
  writeFileSync(file, code);
  expect(await run("train", file, "--epochs", "50")).toMatchObject({ code: 0, err: "" });
  const model = servedModel(await openModel("last"));
  const version = { name: "flats", version: String(model.run), model };
  server = await startServer({ open: async () => [version], port: 0 });
});

afterAll(async () => {
  await server.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const post = async (body: string): Promise<unknown> => {
  const headers = { "content-type": "application/json" };
  const path = "/v1/models/flats/predict";
  return (await fetch(server.url + path, { method: "POST", headers, body })).json();
};

test("the request of the page has the answer of the page", async () => {
  const [, body = "", answer = ""] = /-d '(.*)'\n# (.*)/.exec(page) ?? [];
  const { predictions } = JSON.parse(answer);
  const received = (await post(body)) as { predictions: { numbers: { rent: number } }[] };
  expect(Object.keys(received)).toEqual(["model", "version", "predictions"]);
  for (const [index, { numbers }] of received.predictions.entries()) {
    expect(Math.abs(numbers.rent - predictions[index].numbers.rent)).toBeLessThan(20);
  }
});

test("a wrong request has the error of the page", async () => {
  const [, problem = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
  const [right, wrong] = [
    { area: 80, district: "Delta" },
    { area: "large", district: "Delta" },
  ];
  expect(await post(JSON.stringify({ inputs: [right, wrong] }))).toEqual(JSON.parse(problem));
});

test("the paths and flags of the page are there", async () => {
  const [, rows = ""] = /\| Path \| \|\n.*?\n(.*?)\n\n/s.exec(page) ?? [];
  const paths = [...rows.matchAll(/`(?:GET )?(\/\S+)`/g)].map(([, path]) => path);
  expect(paths).toEqual(["/v1/models", "/docs", "/openapi.json", "/health", "/ready", "/metrics"]);
  for (const path of paths) expect((await fetch(server.url + path)).status).toBe(200);
  const section = page.split(/^(?=## )/m).find((each) => each.startsWith("## Serve")) ?? "";
  const { out } = await run("serve", "--help");
  expect(section).toContain("--token-file");
  for (const [flag] of section.matchAll(/--[a-z-]{3,}/g)) expect(out).toContain(flag);
});
