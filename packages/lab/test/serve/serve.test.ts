import { expect, test, vi } from "vitest";
import { loadExperiment } from "../../src/experiment/load.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { recordRun } from "../../src/recording/recordRun.js";
import { serve } from "../../src/serve.js";
import { fixture } from "../command/run.js";
import { temporaryFolder, temporaryLedger } from "../ledger/temporary.js";
import { ask } from "./memory.js";

const file = fixture("line.ts");

test("a program serves a run, under a name of its choice, and its ledger stays open", async () => {
  const ledger = temporaryLedger();
  const { name, run } = await recordRun(ledger, await loadExperiment(file), {
    file,
    hyperparameters: { epochs: 3 },
  });
  const server = await serve({ models: ["twice=last"], ledger, port: 0 });
  const path = "/v1/models/twice/predict";
  const { body } = await ask(server, { inputs: [[0]] }, { path });
  const [, bias] = run.setup.model.parameters();
  const predictions = [{ numbers: bias?.itemSync() }];
  expect(body).toEqual({ model: "twice", version: name, predictions });
  await server.close();
  const events = await ledger.events({ run: name, types: ["requests"] });
  expect(events.map(({ payload }) => payload.count)).toEqual([1]);
});

test("a run's end and its best checkpoint are two versions; a notice goes with each", async () => {
  const ledger = temporaryLedger();
  const later = new AbortController();
  const { name } = await recordRun(ledger, await loadExperiment(file), {
    ...{ file, callbacks: [{ onEpochEnd: () => later.abort() }], signal: later.signal },
  });
  const server = await serve({ models: ["line=last", "line=last@last"], ledger, port: 0 });
  expect(server.versions.map(({ version }) => version)).toEqual([name, `${name}@last`]);
  for (const { version, notice } of server.versions) {
    expect(notice).toContain(`${name} was interrupted after epoch 1`);
    const path = `/v1/models/line/versions/${version}/predict`;
    const { body } = await ask(server, { inputs: [[0]] }, { path });
    expect(body).toMatchObject({ version });
  }
  await server.close();
});

test("the ledger of this place is opened and closed where none is given", async () => {
  vi.stubEnv("VERSANT_LEDGER", temporaryFolder());
  const closed = vi.spyOn(Ledger.prototype, "close");
  try {
    await expect(serve({ models: ["nobody"] })).rejects.toThrow('no run "nobody"');
    expect(closed).toHaveBeenCalledTimes(1);
  } finally {
    vi.unstubAllEnvs();
    closed.mockRestore();
  }
});

test.each([
  [{ models: "last" }, 'received "last" as models'],
  [{ models: [7] }, "received a list of 1 as models"],
  [{ models: [], prot: 1 }, "prot"],
  [{ models: [], port: 70_000 }, "received port 70000"],
  [{ models: [], wait: -1 }, "received wait -1"],
  [{ models: [], batch: 0 }, "batch"],
])("wrong options: %j", async (options, message) => {
  const ledger = temporaryLedger();
  await expect(serve({ ledger, ...options } as never)).rejects.toThrow(message);
});
