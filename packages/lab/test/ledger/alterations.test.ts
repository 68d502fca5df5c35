import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { alter, contentOf, fillLedger } from "../../../../scripts/verify/alterations.mjs";
import { currentAnchor } from "../../src/ledger/anchors.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { type Fault, verifyLedger } from "../../src/ledger/verify.js";
import { makeIdentity, temporaryFolder } from "./temporary.js";

// `npm run verify:ledger` does the same a thousand times.
test("60 random alterations are found, and the first bad event named", async () => {
  const sound = temporaryFolder();
  const ledger = Ledger.open({ folder: sound, identity: makeIdentity() });
  await fillLedger(ledger);
  const anchor = await currentAnchor(ledger);
  if (!anchor) throw new Error("expected an anchor");
  await ledger.close();
  const content = contentOf(sound);
  let withoutEffect = 0;
  for (let number = 0; number < 60; number++) {
    const folder = join(temporaryFolder(), "altered");
    cpSync(sound, folder, { recursive: true, filter: (path) => !/-(wal|shm)$/.test(path) });
    const { kind, sequence } = alter(folder, number);
    const fault = await verified(folder);
    if (kind === "byte of the file" && !fault && contentOf(folder) === content) {
      withoutEffect++;
      continue;
    }
    expect({ number, kind, fault }).toMatchObject({ fault: { reason: expect.any(String) } });
    if (sequence !== undefined) expect({ number, kind, ...fault }).toMatchObject({ sequence });
  }
  expect(withoutEffect).toBeLessThan(5);

  async function verified(folder: string): Promise<Fault | undefined> {
    let altered: Ledger | undefined;
    try {
      altered = Ledger.open({ folder, mode: "read" });
      return (await verifyLedger(altered, anchor && [anchor])).fault;
    } catch (error) {
      return { sequence: undefined, reason: (error as Error).message };
    } finally {
      await altered?.close();
    }
  }
});
