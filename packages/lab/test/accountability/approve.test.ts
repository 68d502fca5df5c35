import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { approve } from "../../src/accountability/approve.js";
import { listRuns } from "../../src/ledger/runs.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { digitsEnd, digitsEpoch, digitsRun, digitsStart } from "../ledger/digits.js";
import { endedDraft, startedDraft, temporaryLedger } from "../ledger/temporary.js";

const statement = "Fit for the demonstration.";

test("an approval is bound to weights, data, code and evaluation", async () => {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  const { payload, actor } = await approve(ledger, { run: "last", statement });
  const [started] = await ledger.events({ run, types: ["run.started"] });
  const [ended] = await ledger.events({ run, types: ["run.ended"] });
  const [tested] = await ledger.events({ run, types: ["test"] });
  expect(payload).toEqual({
    statement,
    weights: ended?.payload.weights,
    data: started?.payload.data.hash,
    code: started?.payload.code.hash,
    evaluation: tested?.hash,
  });
  expect(actor.name).toBe("Ada");
  expect((await listRuns(ledger))[0]?.approvals).toBe(1);
  expect((await verifyLedger(ledger)).fault).toBeUndefined();
});

test("all that is missing is said at once", async () => {
  const ledger = temporaryLedger();
  await ledger.append([
    startedDraft("line-1", { data: { hash: "unknown", parts: {}, leaks: "not checked" } }),
  ]);
  await expect(approve(ledger, { run: "last", statement })).rejects.toThrow(
    "approve: line-1 cannot be approved: its training is not completed but killed; it has no scores on " +
      "test data; its data were not read, so that nothing can be bound to them; its data were not " +
      'searched for rows that stand in two parts (approve it all the same by --despite "reason").',
  );
  await ledger.append([endedDraft("line-1")]);
  await expect(approve(ledger, { run: "last", statement })).rejects.toThrow(
    "its weights were not kept",
  );
});

test("weights that were altered or are gone are not approved", async () => {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  const [ended] = await ledger.events({ run, types: ["run.ended"] });
  const object = String(ended?.payload.object);
  writeFileSync(ledger.objects.pathOf(object), "others");
  await expect(approve(ledger, { run, statement })).rejects.toThrow(
    /cannot be approved: the object .* it was altered or damaged/,
  );
  await ledger.objects.delete(object);
  await expect(approve(ledger, { run, statement })).rejects.toThrow(
    /cannot be approved: the object .* cannot be read/,
  );
});

test("leaks are approved for a reason only, and both are kept", async () => {
  const ledger = temporaryLedger();
  const start = digitsStart("leaky-1");
  if (start.type !== "run.started") throw new Error("the start of a run was expected");
  const leaks = {
    train: { rows: 10, repeated: 0 },
    test: { rows: 5, repeated: 0, inTraining: 2 },
    contradictions: 0,
    pairs: [],
  };
  const data = { ...start.payload.data, leaks };
  const object = await ledger.objects.put("weights");
  await ledger.append([
    { ...start, payload: { ...start.payload, data } },
    ...digitsEpoch("leaky-1", 1),
    ...digitsEnd("leaky-1", object),
  ]);
  await expect(approve(ledger, { run: "last", statement })).rejects.toThrow(
    "leaky-1 cannot be approved: 2 test rows stand in training (approve it all the same by --despite",
  );
  const despite = "Two blank pages.";
  const { payload } = await approve(ledger, { run: "last", statement, despite });
  expect(payload).toMatchObject({ despite, leaks: "2 test rows stand in training" });
});

test("scores of weights before the run was resumed do not count", async () => {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  const [started] = await ledger.events({ run, types: ["run.started"] });
  if (!started) throw new Error("the start of a run was expected");
  await ledger.append([
    {
      type: "run.resumed",
      run,
      payload: {
        checkpoint: null,
        from: { epoch: 12, batch: 0, step: 9000 },
        environment: started.payload.environment,
      },
    },
    endedDraft(run),
  ]);
  await expect(approve(ledger, { run, statement })).rejects.toThrow(
    "it has no scores on test data",
  );
});

test("what a run went on with is approved, and takes a reason", async () => {
  const ledger = temporaryLedger();
  const run = await digitsRun(ledger);
  const start = digitsStart(run);
  if (start.type !== "run.started") throw new Error("the start of a run was expected");
  const { code, data, environment } = start.payload;
  const from = { epoch: 12, batch: 0, step: 8250 };
  const resumed = { checkpoint: null, from, environment };
  const changed = {
    ...resumed,
    changes: ["another examples/digits.ts", "other data"],
    code: { ...code, hash: "c0de2" },
    data: { ...data, hash: "da7a2", leaks: "not checked" as const },
  };
  await ledger.append([
    { type: "run.resumed", run, payload: changed },
    // Killed, and resumed once more: nothing changed since.
    { type: "run.resumed", run, payload: resumed },
    ...digitsEpoch(run, 12),
    ...digitsEnd(run, await ledger.objects.put("other weights")),
  ]);
  await expect(approve(ledger, { run, statement })).rejects.toThrow(
    "cannot be approved: its data were not searched for rows that stand in two parts; it went on with " +
      'another examples/digits.ts, other data (approve it all the same by --despite "reason").',
  );
  const { payload } = await approve(ledger, { run, statement, despite: "a typing mistake" });
  expect(payload).toMatchObject({
    ...{ code: "c0de2", data: "da7a2", despite: "a typing mistake" },
    leaks: "its data were not searched for rows that stand in two parts",
    changes: "it went on with another examples/digits.ts, other data",
  });
});
