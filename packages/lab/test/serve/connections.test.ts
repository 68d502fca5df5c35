import { connect } from "node:net";
import { expect, test } from "vitest";
import { type ModelServer, startServer } from "../../src/serve/server.js";
import { ask, served, sums, version } from "./memory.js";

const body = { inputs: [[1, 2, 3]] };

/** What a server answers to raw text, until it closes the connection. */
function exchange(server: ModelServer, text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
  });
}

test("what is not HTTP, has endless headers, or does not come to its end", async () => {
  const server = await served([version(sums())], { timeout: 200 });
  const noise = await exchange(server, "let me in\r\n\r\n");
  expect(noise).toMatch(/^HTTP\/1.1 400 Bad Request\r\n[\s\S]*"field":"request"/);
  const endless = await exchange(server, `GET / HTTP/1.1\r\nx: ${"x".repeat(20_000)}\r\n\r\n`);
  expect(endless).toMatch(/^HTTP\/1.1 431 [\s\S]*"field":"headers"/);
  const slowHeaders = await exchange(
    server,
    "POST /v1/models/sums/predict HTTP/1.1\r\nhost: a\r\n",
  );
  expect(slowHeaders).toMatch(/^HTTP\/1.1 408 [\s\S]*"field":"request"/);
  const slowBody = await exchange(
    server,
    "POST /v1/models/sums/predict HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n" +
      'content-length: 30\r\n\r\n{"inputs":',
  );
  expect(slowBody).toMatch(/^HTTP\/1.1 408 /);
  expect((await ask(server, body)).status).toBe(200);
});

test("a server that ends answers what was asked, and takes no more connections", async () => {
  const model = sums(1, 100);
  const server = await served([version(model)]);
  const asked = ask(server, body);
  while (model.batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const closed = server.close();
  expect((await asked).body).toMatchObject({ predictions: [{ numbers: 6 }] });
  await closed;
  await expect(ask(server, body)).rejects.toThrow();
});

test("a server that ends does not wait for ever", async () => {
  const model = sums(1, 100_000);
  const server = await served([version(model)], { timeout: 300 });
  const asked = ask(server, body).catch(() => "cut");
  while (model.batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await server.close();
  expect(await asked).toBe("cut");
});

test("an open connection is told to end, and its last request is answered", async () => {
  const server = await served([version(sums())]);
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const next = () => new Promise<string>((resolve) => socket.once("data", (d) => resolve(`${d}`)));
  const ready = "GET /ready HTTP/1.1\r\nhost: a\r\n\r\n";
  socket.write(ready);
  expect(await next()).toContain('{"status":"ready"}');
  const closed = server.close();
  socket.write(ready);
  const last = await next();
  expect(last).toMatch(/^HTTP\/1.1 503 [\s\S]*connection: close[\s\S]*{"status":"closing"}/);
  await closed;
});

test("a reload answers anew, drops nothing, and keeps what was where it fails", async () => {
  let versions = [version(sums(1, 50))];
  const server = await served([], { open: async () => versions });
  const asked = ask(server, body);
  versions = [version(sums(10), "two")];
  await new Promise((resolve) => setTimeout(resolve, 10));
  await server.reload();
  expect((await asked).body).toMatchObject({ version: "one", predictions: [{ numbers: 6 }] });
  expect((await ask(server, body)).body).toMatchObject({ version: "two" });
  versions = [version(sums()), version(sums())];
  await expect(server.reload()).rejects.toThrow(/two versions .*one/);
  expect((await ask(server, body)).body).toMatchObject({ version: "two" });
});

test("a port that is taken, a name that no path can have, no model", async () => {
  const server = await served([version(sums())]);
  const port = Number(new URL(server.url).port);
  await expect(served([version(sums())], { port })).rejects.toThrow(/cannot be listened on/);
  await expect(served([version(sums(), "one", "a/b")])).rejects.toThrow(
    /received "a\/b" as a name/,
  );
  await expect(served([])).rejects.toThrow(/received no model/);
  await expect(startServer({ open: async () => [], prot: 1 } as never)).rejects.toThrow("prot");
});
