import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ModelServer, startServer } from "../../src/serve/server.js";
import { ask, served, sums, version } from "./memory.js";

const floats = (...values: number[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Float32Array.from(values).buffer);

describe("a right request", () => {
  test("JSON", async () => {
    const server = await served([version(sums())]);
    const inputs = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(await ask(server, { inputs })).toEqual({
      status: 200,
      body: { model: "sums", version: "one", predictions: [{ numbers: 6 }, { numbers: 15 }] },
    });
  });

  test("raw samples, answered as JSON or as raw outputs", async () => {
    const server = await served([version(sums())]);
    const body = floats(1, 2, 3, 4, 5, 6);
    expect((await ask(server, body)).body).toMatchObject({
      predictions: [{ numbers: 6 }, { numbers: 15 }],
    });
    const response = await fetch(`${server.url}/v1/models/sums/predict`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream", accept: "application/octet-stream" },
      body,
    });
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(new Float32Array(await response.arrayBuffer())).toEqual(Float32Array.of(6, 15));
  });

  test("the last version of a name answers, the others where they are asked for", async () => {
    const server = await served([version(sums(1)), version(sums(10), "two")]);
    const inputs = [[1, 1, 1]];
    const sum = async (path: string) => (await ask(server, { inputs }, { path })).body;
    expect(await sum("/v1/models/sums/predict")).toMatchObject({
      version: "two",
      predictions: [{ numbers: 30 }],
    });
    expect(await sum("/v1/models/sums/versions/one/predict")).toMatchObject({
      version: "one",
      predictions: [{ numbers: 3 }],
    });
  });
});

describe("a wrong request", () => {
  let server: ModelServer;
  beforeAll(async () => {
    server = await startServer({ open: async () => [version(sums())], port: 0 });
  });
  afterAll(() => server.close());

  test.each([
    [{ input: [[1, 2, 3]] }, "input", "a list of 1"],
    [{ inputs: [[1, 2, 3]], top: 3 }, "top", "3"],
    [{ top: 3 }, "top", "3"],
    [{}, "inputs", "nothing"],
    [{ inputs: [] }, "inputs", "0 samples"],
    [{ inputs: 3 }, "inputs", "3"],
    [
      {
        inputs: [
          [1, 2, 3],
          [1, 1e300, 2],
        ],
      },
      "inputs[1][1]",
      "Infinity",
    ],
    [
      {
        inputs: [
          [1, 2, 3],
          [1, 2],
        ],
      },
      "inputs",
      "what the model cannot take in",
    ],
    [[1, 2, 3], "body", "a list of 3"],
    [7, "body", "7"],
    ['{ "inputs": [[1, NaN, 3]] }', "body", "what is not JSON"],
    ['{ "inputs": [[1, 2, 3]', "body", "what is not JSON"],
    ['{ "__proto__": 1, "inputs": [[1, 2, 3]] }', "body", "what is not JSON"],
    ["", "body", "nothing"],
    [floats(1, 2), "body", "8 bytes"],
    [floats(), "body", "0 bytes"],
    [floats(1, 2, 3, 4, Number.NaN, 6), "inputs[1][1]", "NaN"],
  ])("%j", async (body, field, received) => {
    const answer = await ask(server, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ field });
    const problem = answer.body as Record<string, string>;
    expect(Object.keys(problem)).toEqual(["error", "field", "received", "expected"]);
    expect(problem.received).toContain(received);
    expect(problem.error).toMatch(/received .*, expected /);
  });

  test.each([
    ["/v1/models/none/predict", "model", "one of sums"],
    ["/v1/models/sums/versions/two/predict", "version", "one of one"],
    ["/v1/models/%E0%A4%A/predict", "path", ""],
    ["/nothing", "path", "/docs"],
  ])("%s", async (path, field, expected) => {
    const { status, body } = await ask(server, { inputs: [[1, 2, 3]] }, { path });
    expect([404, 400]).toContain(status);
    expect(body).toMatchObject({ field, expected: expect.stringContaining(expected) });
  });

  test.each(["/v1/models/sums/predict", "/v1/models/sums/versions/one/predict"])(
    "another method than POST: %s",
    async (path) => {
      const answer = await fetch(server.url + path);
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
      expect(await answer.json()).toMatchObject({ field: "method", received: "GET" });
    },
  );

  test("another content type", async () => {
    for (const type of ["text/plain", "image/png", "application/x-www-form-urlencoded"]) {
      const headers = { "content-type": type };
      expect(await ask(server, "1,2,3", { headers })).toMatchObject({
        status: 415,
        body: { field: "content-type", received: type },
      });
    }
  });

  test("too many bytes, too many samples", async () => {
    const server = await served([version(sums())], { bodyLimit: 1000, maxSamples: 4 });
    const inputs = Array.from({ length: 5 }, () => [1, 2, 3]);
    expect(await ask(server, { inputs })).toMatchObject({
      status: 413,
      body: { field: "inputs", received: "5 samples", expected: "at most 4 in one request" },
    });
    expect(await ask(server, new Uint8Array(5 * 12))).toMatchObject({
      status: 413,
      body: { field: "inputs", received: "5 samples" },
    });
    expect(await ask(server, new Uint8Array(1001))).toMatchObject({
      status: 413,
      body: { field: "body", expected: "at most 1000 bytes" },
    });
  });
});

describe("who may ask", () => {
  test("a token", async () => {
    const server = await served([version(sums())], { token: "hush" });
    const body = { inputs: [[1, 2, 3]] };
    expect(await ask(server, body)).toMatchObject({
      status: 401,
      body: { field: "authorization", received: "nothing" },
    });
    const asked = (authorization: string) => ask(server, body, { headers: { authorization } });
    expect((await asked("Bearer hus")).status).toBe(401);
    expect((await asked("Basic hush")).status).toBe(401);
    expect((await asked("Bearer hush")).status).toBe(200);
    for (const [path, status] of [
      ["/health", 200],
      ["/ready", 200],
      ["/metrics", 401],
      ["/v1/models", 401],
    ] as const) {
      expect((await fetch(server.url + path)).status).toBe(status);
    }
  });

  test("so many requests a minute", async () => {
    const server = await served([version(sums())], { rateLimit: 2 });
    const body = { inputs: [[1, 2, 3]] };
    expect((await ask(server, body)).status).toBe(200);
    expect((await ask(server, body)).status).toBe(200);
    expect(await ask(server, body)).toMatchObject({
      status: 429,
      body: { field: "requests", expected: expect.stringContaining("2 a minute") },
    });
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});

describe("what the server says of itself", () => {
  test("models, metrics, and how to ask", async () => {
    const server = await served([version(sums())]);
    await ask(server, { inputs: [[1, 2, 3]] });
    const models = await (await fetch(`${server.url}/v1/models`)).json();
    expect(models).toMatchObject({ models: [{ name: "sums", version: "one" }] });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('versant_predictions_total{model="sums",version="one"} 1');
    expect(metrics).toMatch(/versant_requests_total\{.*status="200"\} 1/);
    const document = await (await fetch(`${server.url}/openapi.json`)).json();
    const schema = { properties: { inputs: { items: { minItems: 3, maxItems: 3 } } } };
    expect(document).toMatchObject({
      paths: {
        "/v1/models/sums/predict": {
          post: { requestBody: { content: { "application/json": { schema } } } },
        },
      },
    });
    const page = await fetch(`${server.url}/docs`);
    expect(page.status).toBe(200);
    // Nothing comes from elsewhere, and nothing is asked for by HTTPS.
    expect(page.headers.get("content-security-policy")).not.toMatch(
      /https|[a-z]\.(?:io|com)|upgrade/,
    );
    expect(await page.text()).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});
