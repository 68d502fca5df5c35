import { expect, test } from "vitest";
import { decide } from "../../src/accountability/decide.js";
import { describe, descriptionsOf } from "../../src/accountability/describe.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { epochDraft, startedDraft, temporaryLedger } from "../ledger/temporary.js";

test("a decision keeps its reasons, and evidence with the score of its day", async () => {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("line-1"), epochDraft("line-1", 1, 0.75), startedDraft("b")]);
  const event = await decide(ledger, {
    run: "b",
    title: "A smaller rate",
    why: "The loss swings.",
    from: "0.1",
    to: "0.01",
    alternatives: ["a larger batch"],
    evidence: ["#1:validation.accuracy", "line"],
  });
  expect(event).toMatchObject({ run: "b", type: "decision" });
  expect(event.payload).toEqual({
    title: "A smaller rate",
    why: "The loss swings.",
    from: "0.1",
    to: "0.01",
    alternatives: ["a larger batch"],
    evidence: ["line-1:validation.accuracy = 0.75", "line-1"],
  });
  expect((await verifyLedger(ledger)).fault).toBeUndefined();
});

test("evidence has to exist, and a change has two sides", async () => {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("line-1"), epochDraft("line-1", 1, 0.75), startedDraft("b")]);
  const decided = (more: object) =>
    decide(ledger, { run: "line-1", title: "t", why: "w", ...more });
  await expect(decided({ evidence: ["nothing"] })).rejects.toThrow('there is no run "nothing"');
  await expect(decided({ evidence: ["line-1:test.f1"] })).rejects.toThrow(
    'line-1 has no score "test.f1"; expected one of train.loss, validation.',
  );
  await expect(decided({ evidence: ["b:test.f1"] })).rejects.toThrow(
    "a run that has scores already",
  );
  await expect(decided({ from: "0.1" })).rejects.toThrow(
    "received only from, expected from and to",
  );
  await expect(decided({ why: "" })).rejects.toThrow('decide: received "" as why');
  await expect(decided({ reason: "w" })).rejects.toThrow('an option named "reason"');
  expect(await ledger.events({ types: ["decision"] })).toEqual([]);
});

test("a later text takes the place of an earlier one", async () => {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("line-1")]);
  await describe(ledger, { run: "last", items: { purpose: "To draw.", limits: "None." } });
  await describe(ledger, { run: "last", items: { limits: "Points beyond 1." } });
  expect(await descriptionsOf(ledger, "line-1")).toMatchObject({
    purpose: { text: "To draw.", by: "Ada" },
    limits: { text: "Points beyond 1.", by: "Ada" },
  });
});

test("a description is of known items", async () => {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("line-1")]);
  const described = (items: object) => describe(ledger, { run: "last", items });
  await expect(described({})).rejects.toThrow("describe: received no text, expected at least one");
  await expect(described({ purposes: "x" })).rejects.toThrow(
    'describe: received a text for "purposes", expected items among purpose, provider',
  );
  await expect(described({ constructor: "x" })).rejects.toThrow('a text for "constructor"');
  await expect(described({ purpose: "x".repeat(100_001) })).rejects.toThrow(
    "received 100001 characters as purpose",
  );
  await expect(described({ purpose: 7 })).rejects.toThrow("describe: received 7 as purpose");
});
