import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { collect } from "../../src/ledger/collect.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { RequestLog } from "../../src/serve/requestLog.js";
import { temporaryFolder, temporaryLedger } from "../ledger/temporary.js";
import { ask, served, sums, version } from "./memory.js";

const hashOf = (sent: string | Uint8Array): string =>
  createHash("sha256").update(sent).digest("hex");

test("what was asked and answered is in the ledger when the server has ended", async () => {
  const ledger = temporaryLedger();
  const log = new RequestLog(ledger);
  const other = version(sums(10), "two");
  const server = await served([version(sums()), other], { log });
  const path = "/v1/models/sums/versions/one/predict";
  const raw = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
  const inputs = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  await ask(server, { inputs }, { path });
  await ask(server, raw, { path });
  await ask(server, { inputs: [[1, 2]] }, { path });
  await ask(server, { inputs: [[7, 8, 9]] });
  await server.close();

  const events = await ledger.events({ types: ["requests"] });
  expect(events.map(({ payload: { model, count } }) => [model, count])).toEqual([
    [sums(1).sha256, 3],
    [sums(10).sha256, 1],
  ]);
  const [first] = events;
  const object = await ledger.objects.get(first?.payload.object ?? "");
  const lines = Buffer.from(object).toString().trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      time: first?.payload.from,
      inputs: [hashOf("[1,2,3]"), hashOf("[4,5,6]")],
      outputs: [{ numbers: 6 }, { numbers: 15 }],
    },
    { time: first?.payload.to, inputs: [hashOf(raw)], outputs: [{ numbers: 6 }] },
  ]);
  expect(await verifyLedger(ledger)).not.toHaveProperty("fault");
  // Nobody else needs the segments, but their events do.
  expect((await collect(ledger, { minimumAge: 0 })).objects).toEqual([]);
});

test("of the probabilities of all classes only the greatest is kept", async () => {
  const ledger = temporaryLedger();
  const log = new RequestLog(ledger);
  const kept = { class: "cat", probability: 0.75 };
  log.recorder(sums())([[1, 2, 3]], [{ ...kept, probabilities: { cat: 0.75, dog: 0.25 } }]);
  await log.close();
  const [event] = await ledger.events({ types: ["requests"] });
  const object = await ledger.objects.get(event?.payload.object ?? "");
  expect(JSON.parse(Buffer.from(object).toString())).toMatchObject({ outputs: [kept] });
  expect(`${Buffer.from(object)}`).not.toContain("dog");
});

test("a log that cannot be written says so when the server ends", async () => {
  const folder = temporaryFolder();
  const ledger = temporaryLedger(folder);
  writeFileSync(join(folder, "objects"), "a file where a folder is expected");
  const log = new RequestLog(ledger);
  const server = await served([version(sums())], { log });
  expect((await ask(server, { inputs: [[1, 2, 3]] })).status).toBe(200);
  await log.flush();
  expect(log.failed).toBeInstanceOf(Error);
  expect(await (await fetch(`${server.url}/ready`)).json()).toEqual({ status: "log fails" });
  await expect(server.close()).rejects.toThrow();
});
