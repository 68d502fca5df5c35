import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readContent } from "../../src/ledger/content.js";
import { temporaryLedger } from "./temporary.js";

test("what an object holds is read as long as it is what was recorded", async () => {
  const ledger = temporaryLedger();
  const object = await ledger.objects.put(JSON.stringify({ kind: "numbers" }));
  expect(await readContent(ledger, object)).toEqual({ kind: "numbers" });
  const path = ledger.objects.pathOf(object);
  chmodSync(path, 0o600);
  writeFileSync(path, JSON.stringify({ kind: "classes" }));
  expect(await readContent(ledger, object)).toBeUndefined();
  rmSync(path);
  expect(await readContent(ledger, object)).toBeUndefined();
});
