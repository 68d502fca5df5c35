import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import {
  currentAnchor,
  formatAnchor,
  noteAnchor,
  notedAnchors,
  parseAnchors,
  readAnchors,
} from "../../src/ledger/anchors.js";
import type { Anchor } from "../../src/ledger/verify.js";
import { startedDraft, temporaryFolder, temporaryLedger } from "./temporary.js";

const anchor: Anchor = {
  ledger: "0b6f1c1e-6a56-4d7c-9c4c-0f2a3c1d5e77",
  sequence: 12,
  hash: "3e".repeat(32),
  time: "2026-01-02T03:04:05.000Z",
};

test("an anchor is one line, which is found between others", () => {
  const text = formatAnchor(anchor);
  expect(text).toBe(`versant-anchor ${anchor.ledger} 12 ${anchor.hash} 2026-01-02T03:04:05.000Z`);
  expect(parseAnchors(`Dear Ada,\r\n  ${text}\r\nyours\n${text}`)).toEqual([anchor, anchor]);
  for (const broken of [text.slice(1), text.replace("12", "-12"), text.replace("3e", "")]) {
    expect(parseAnchors(broken)).toEqual([]);
  }
});

test("a file without anchors is refused", () => {
  const path = join(temporaryFolder(), "anchors.txt");
  for (const content of [undefined, "Dear Ada"]) {
    if (content) writeFileSync(path, content);
    expect(() => readAnchors(path)).toThrow(`${path}: received no anchor, expected lines that`);
  }
  writeFileSync(path, formatAnchor(anchor));
  expect(readAnchors(path)).toEqual([anchor]);
});

test("the current anchor is the last event's; there is none before the first", async () => {
  const ledger = temporaryLedger();
  expect(await currentAnchor(ledger)).toBeUndefined();
  const [event] = await ledger.append([startedDraft("a")]);
  const [created] = await ledger.events({ types: ["ledger.created"] });
  expect(await currentAnchor(ledger)).toMatchObject({
    ledger: created?.payload.ledger,
    sequence: 2,
    hash: event?.hash,
  });
});

test("git keeps anchors in notes of its commits, all of them", async () => {
  const folder = temporaryFolder();
  vi.stubEnv("GIT_CONFIG_GLOBAL", join(folder, "gitconfig"));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
  await expect(noteAnchor(anchor, folder)).rejects.toThrow(
    "ledger anchor: git could not write a note; expected a folder inside a git repository with a commit.",
  );
  expect(await notedAnchors(folder)).toEqual([]);
  git("init", "--quiet");
  git("config", "user.name", "Ada");
  git("config", "user.email", "ada@example.org");
  const anchors = [anchor, { ...anchor, sequence: 13 }, { ...anchor, sequence: 14 }];
  for (const [index, each] of anchors.entries()) {
    if (index !== 1) git("commit", "--quiet", "--allow-empty", "-m", `commit ${index}`);
    expect(await noteAnchor(each, folder)).toMatch(/^[0-9a-f]{40}$/);
  }
  const noted = (await notedAnchors(folder)).sort((a, b) => a.sequence - b.sequence);
  expect(noted).toEqual(anchors);
  vi.unstubAllEnvs();
});
