import { cpSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { approve } from "../../../../lab/src/accountability/approve.js";
import { decide } from "../../../../lab/src/accountability/decide.js";
import { changeTags } from "../../../../lab/src/accountability/tag.js";
import type { Draft, LedgerEvent } from "../../../../lab/src/ledger/events.js";
import type { Ledger } from "../../../../lab/src/ledger/ledger.js";
import { RunLock } from "../../../../lab/src/ledger/lock.js";
import type { Recorded } from "./views.js";

const minute = 60_000;

/** When the pictures are taken. */
export const now = Date.parse("2026-03-20T10:24:00Z");

/** When each of the trainings began that are no trials: the last one still trains. */
const beginnings = [70, 60, 50, 2].map((minutes) => now - minutes * minute);

const epochSeconds = { trial: 4, training: 9.6 };

/** What is another one on each machine, or each time. */
const fixed: Readonly<Record<string, unknown>> = {
  ...{ host: "desk", process: 4711, processor: "a desktop processor", cores: 8, memoryMB: 32_000 },
  ...{ system: "linux x64", node: "v20.19.0", threads: 8, peakMemoryMB: 231.4, milliseconds: 3.1 },
  commit: "5b0f7a3c9d1e4826b7f0c2d94e6a8135f7c0b9e2",
  changes: undefined,
};

/**
 * Records again what a ledger says, under names and at times that are the same whenever that is done, so that
 * pictures of it change with the pages only; and what people say about it.
 *
 * @returns names of the searches, and of the runs that no search made, in order
 */
export async function retell(from: Ledger, to: Ledger): Promise<Recorded> {
  cpSync(join(from.folder, "objects"), join(to.folder, "objects"), { recursive: true });
  const renamed = new Map<string, string>();
  const searches: string[] = [];
  const runs: string[] = [];
  let [clock, begun, secondsAStep, secondsAnEpoch] = [now - 150 * minute, 0, 0, 0];
  for (const event of await from.events()) {
    if (event.run === null) continue;
    if (event.type === "run.started" || event.type === "search.started") {
      const name = event.run.replace(/[a-z0-9]{6}$/, lettersOf(renamed.size));
      renamed.set(event.run, name);
      const isTraining = event.type === "run.started" && !event.payload.search;
      clock = (isTraining && beginnings[runs.length]) || clock + 1500;
      if (isTraining) runs.push(name);
      else if (event.type === "search.started") searches.push(name);
      begun = clock;
      secondsAnEpoch = isTraining ? epochSeconds.training : epochSeconds.trial;
      if (event.type === "run.started")
        secondsAStep = secondsAnEpoch / (event.payload.batches ?? 1);
    }
    const step = stepOf(event);
    clock = step === undefined ? clock + 200 : Math.max(clock, begun + 1000 * step * secondsAStep);
    if (clock > now) continue;
    vi.setSystemTime(clock);
    const seconds = event.type === "epoch" ? secondsAnEpoch : (clock - begun) / 1000;
    const { type, run, payload } = event;
    const text = JSON.stringify({ type, run, payload }, (key, value) =>
      key === "seconds" ? seconds : key in fixed ? fixed[key] : value,
    );
    const told = [...renamed].reduce((told, [old, name]) => told.replaceAll(old, name), text);
    const [recorded] = await to.append([JSON.parse(told) as Draft], { synced: false });
    if (type === "steer.requested" && recorded) renamed.set(event.hash, recorded.hash);
  }
  // Whoever has the lock is the process that trains the run.
  const lock = RunLock.take(to.folder, runs.at(-1) ?? "");
  onTestFinished(() => lock?.release());
  await speak(to, runs);
  vi.setSystemTime(now);
  return { searches, runs };
}

/** Updates behind an event, where it says. */
function stepOf(event: LedgerEvent): number | undefined {
  if (event.type === "steps") return event.payload.first + event.payload.batches;
  if (event.type === "epoch" || event.type === "insight") return event.payload.step;
  return "place" in event.payload ? event.payload.place.step : undefined;
}

/** Six letters that follow from a number, as in the names of runs. */
const lettersOf = (index: number): string =>
  ((index + 1) * 1_530_829_097).toString(36).slice(-6).padStart(6, "k");

/** Decisions, tags and an approval. */
async function speak(ledger: Ledger, [reader = "", , best = "", live = ""]: readonly string[]) {
  vi.setSystemTime(now - 40 * minute);
  await changeTags(ledger, { run: reader, added: ["baseline"], removed: [] });
  await changeTags(ledger, { run: best, added: ["wide", "candidate"], removed: [] });
  await decide(ledger, {
    ...{ run: best, title: "Three wide layers", from: "5 layers of 40", to: "3 layers of 64" },
    why: "Depth hardly matters in the search; width takes a third of the errors away.",
    alternatives: ["dropout", "a convolutional network"],
    evidence: [`${best}:validation.accuracy`, `${reader}:validation.accuracy`],
  });
  vi.setSystemTime(now - 36 * minute);
  const statement = "Reads single digits, scanned and centred: no whole numbers, no photographs.";
  await approve(ledger, {
    run: best,
    statement,
    despite: "Equal scans were counted, and are few.",
  });
  vi.setSystemTime(now - minute / 2);
  await decide(ledger, {
    ...{ run: live, title: "A quarter of the rate", from: "0.002", to: "0.0005" },
    why: "The validation loss stood still for two epochs.",
  });
}
