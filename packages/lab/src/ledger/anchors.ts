import { existsSync, readFileSync } from "node:fs";
import { ArgumentError } from "@versant/core/internal";
import { askGitText } from "../files/git.js";
import type { Ledger } from "./ledger.js";
import type { Anchor } from "./verify.js";

/** Where git keeps the anchors: `git notes --ref=versant list`. */
const notes = "--ref=versant";

/** The last event, to be kept elsewhere. Undefined while there is none. */
export async function currentAnchor(ledger: Ledger): Promise<Anchor | undefined> {
  const [created] = await ledger.events({ types: ["ledger.created"] });
  const head = await ledger.head();
  if (!created || !head) return undefined;
  const { sequence, hash } = head;
  return { ledger: created.payload.ledger, sequence, hash, time: new Date().toISOString() };
}

/** One line. */
export const formatAnchor = ({ ledger, sequence, hash, time }: Anchor): string =>
  `versant-anchor ${ledger} ${sequence} ${hash} ${time}`;

const pattern = /^versant-anchor ([0-9a-f-]{36}) (\d+) ([0-9a-f]{64}) (\S+)$/;

/** The anchors in a text; other lines are passed over. */
export function parseAnchors(text: string): Anchor[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, ledger, sequence, hash, time] = pattern.exec(line.trim()) ?? [];
    return ledger && hash && time ? [{ ledger, sequence: Number(sequence), hash, time }] : [];
  });
}

/** @throws ArgumentError when there is no such file, or no anchor in it */
export function readAnchors(path: string): Anchor[] {
  const anchors = existsSync(path) ? parseAnchors(readFileSync(path, "utf8")) : [];
  if (anchors.length > 0) return anchors;
  throw new ArgumentError(
    `${path}: received no anchor, expected lines that \`versant ledger anchor\` printed, beginning ` +
      'with "versant-anchor".',
  );
}

/**
 * Adds an anchor to the notes of the commit that is checked out.
 *
 * @throws ArgumentError where there is no commit
 */
export async function noteAnchor(anchor: Anchor, folder: string): Promise<string> {
  const commit = await askGitText(["rev-parse", "HEAD"], { folder });
  const note = ["notes", notes, "append", "-m", formatAnchor(anchor)];
  if (commit && (await askGitText([...note, commit], { folder })) !== undefined) return commit;
  throw new ArgumentError(
    "ledger anchor: git could not write a note; expected a folder inside a git repository with a " +
      "commit. Without --git the anchor is printed.",
  );
}

/** The anchors of all commits. */
export async function notedAnchors(folder: string): Promise<Anchor[]> {
  const listed = (await askGitText(["notes", notes, "list"], { folder, maxBytes: 2 ** 26 })) ?? "";
  const anchors: Anchor[] = [];
  for (const line of listed.split("\n")) {
    const [note] = line.split(" ");
    const text = note && (await askGitText(["cat-file", "-p", note], { folder }));
    if (text) anchors.push(...parseAnchors(text));
  }
  return anchors;
}
