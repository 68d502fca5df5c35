// Does every alteration of a ledger show? 1,000 random ones, each of a fresh copy, of twelve kinds:
// bytes of rows and of the file, rows deleted, inserted, swapped and moved, the end cut, events
// replaced with all later hashes made anew, history signed by another key, the tables of runs, the
// schema, objects. All have to be found, and the first bad event named where there is one to name.
//
//     npm run verify:ledger [-- --count 1000]

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { currentAnchor, Ledger, verifyLedger } from "versant/ledger";
import { alter, contentOf, fillLedger } from "./alterations.mjs";

const { values: options } = parseArgs({ options: { count: { type: "string", default: "1000" } } });
const folder = mkdtempSync(join(tmpdir(), "versant-alterations-"));
process.env.VERSANT_KEYS = join(folder, "keys");
const [sound, altered] = [join(folder, "sound"), join(folder, "altered")];
const found = new Map();
let missed = 0;
try {
  const ledger = Ledger.open({ folder: sound });
  await fillLedger(ledger);
  const anchors = [await currentAnchor(ledger)];
  await ledger.close();
  const content = contentOf(sound);
  for (let number = 0; number < Number(options.count); number++) {
    rmSync(altered, { recursive: true, force: true });
    cpSync(sound, altered, { recursive: true, filter: isKept });
    const { kind, sequence } = alter(altered, number);
    const outcome = await outcomeOf(anchors, content, sequence);
    const counts = found.get(kind) ?? {};
    found.set(kind, { ...counts, [outcome]: (counts[outcome] ?? 0) + 1 });
    if (outcome === "named" || outcome === "found" || outcome === "without effect") continue;
    missed++;
    console.log(`${number}, ${kind}: ${outcome}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const [kind, counts] of found) {
  const text = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  console.log(`${kind}: ${text.join(", ")}`);
}
console.log(`${options.count} alterations, ${missed} missed`);
process.exitCode = missed === 0 ? 0 : 1;

/** What SQLite keeps beside its file is in the file too, once it is closed. */
function isKept(path) {
  return !/-(wal|shm)$/.test(path);
}

/** Whether it was found, and the event named where that was asked for. */
async function outcomeOf(anchors, content, sequence) {
  const fault = await faultOf(anchors);
  if (!fault) return sameContent(content) ? "without effect" : "not found";
  if (sequence === undefined) return "found";
  return fault.sequence === sequence
    ? "named"
    : `event ${fault.sequence} named instead of ${sequence}: ${fault.reason}`;
}

async function faultOf(anchors) {
  let ledger;
  try {
    ledger = Ledger.open({ folder: altered, mode: "read" });
    return (await verifyLedger(ledger, anchors)).fault;
  } catch (error) {
    return { sequence: undefined, reason: error.message };
  } finally {
    await ledger?.close();
  }
}

function sameContent(content) {
  try {
    return contentOf(altered) === content;
  } catch {
    return false;
  }
}
