import { copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";
import { askGit } from "../files/git.js";

/** The state of a working tree. */
export interface WorkingTree {
  /** The folder that all paths start from. */
  readonly root: string;
  /** The commit that is checked out; absent before the first one. */
  readonly commit?: string;
  /** What has changed since: a patch that `git apply` takes; absent where nothing has. */
  readonly patch?: Uint8Array;
  /** What is not in the patch, and why. */
  readonly leftOut?: string;
}

/** Larger changes are data, not code. */
const mostBytes = 50_000_000;

export interface WorkingTreeOptions {
  /** A folder inside whose untracked files do not count: that of the ledger, which every run changes. */
  readonly except?: string;
  /** Bytes that the patch, and the untracked files together, may have. Default 50 million. */
  readonly limit?: number;
}

/**
 * What git knows of the working tree around a folder; undefined outside of git. Untracked files that are
 * not ignored count as changes, but for ledgers and repositories of their own; the user's index is left as
 * it is. Submodules count by their commit.
 */
export async function readWorkingTree(
  folder: string,
  { except, limit = mostBytes }: WorkingTreeOptions = {},
): Promise<WorkingTree | undefined> {
  const [places, head, others = Buffer.of(), tracked] = await Promise.all([
    askGit(["rev-parse", "--show-toplevel", "--git-path", "index", "--git-path", "objects"], {
      folder,
    }),
    askGit(["rev-parse", "--quiet", "--verify", "HEAD"], { folder }),
    askGit(["ls-files", ...listing, "--", ...paths], { folder, maxBytes: 2 ** 26 }),
    askGit([...diff, "HEAD", "--", ...paths], { folder, maxBytes: limit }),
  ]);
  const [top, index = "", objects = ""] = lines(places);
  if (top === undefined) return undefined;
  // Git writes "/" on every system.
  const root = resolve(top);
  const [commit] = lines(head);
  if (commit === undefined) return { root };
  const inside = except && isWithin(except, root) ? except : undefined;
  const untracked = others
    .toString()
    .split("\0")
    // What ends with a slash is a repository of its own.
    .filter((path) => !/(^|\/)$/.test(path) && !isWithin(resolve(root, path), inside));
  const { files, leftOut } = await withinLimit(root, untracked, limit);
  const whole =
    files.length === 0
      ? tracked
      : await diffWith(files, root, limit, {
          index: resolve(folder, index),
          objects: resolve(folder, objects),
        });
  const patch = whole ?? tracked;
  const reasons = [
    ...(leftOut ? [leftOut] : []),
    ...(whole || files.length === 0 ? [] : ["untracked files that git could not compare"]),
    ...(patch ? [] : [`changes of more than ${limit / 1e6} MB, or that git could not compare`]),
  ];
  return {
    root,
    commit,
    ...(patch && patch.length > 0 && { patch }),
    ...(reasons.length > 0 && { leftOut: reasons.join("; ") }),
  };
}

/** The whole repository, wherever in it git is asked, but for ledgers. */
const paths = [":/", ":(top,exclude,glob)**/.versant/**"];

/** Untracked files, from the root, ended by NUL. */
const listing = ["--others", "--exclude-standard", "--full-name", "-z"];

/** Whatever the user's settings say of how differences are shown. */
const diff = [
  ...["-c", "core.quotePath=true", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false"],
  ...["diff", "--binary", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative"],
];

const lines = (output: Buffer | undefined): string[] =>
  (output ?? "").toString().split(/\r?\n/).filter(Boolean);

const isWithin = (path: string, folder: string | undefined): boolean =>
  folder !== undefined && path.startsWith(folder + sep);

/** The untracked files that are not too large together, smaller ones first. */
async function withinLimit(
  root: string,
  paths: readonly string[],
  limit: number,
): Promise<{ files: string[]; leftOut: string | undefined }> {
  const sized = await Promise.all(
    paths.map(async (path) => {
      // A link counts by the path that it holds; what is gone by now is no change.
      const found = await stat(join(root, path)).catch(() => undefined);
      return { path, bytes: found?.size ?? 0 };
    }),
  );
  sized.sort((a, b) => a.bytes - b.bytes);
  let total = 0;
  const files = sized.filter(({ bytes }) => {
    total += bytes;
    return total <= limit;
  });
  const others = sized.slice(files.length);
  if (others.length === 0) return { files: files.map(({ path }) => path), leftOut: undefined };
  const megabytes = others.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  return {
    files: files.map(({ path }) => path),
    leftOut:
      `${others.length} untracked ${others.length === 1 ? "file" : "files"} of ` +
      `${megabytes.toFixed(1)} MB, above ${limit / 1e6} MB in all: ${others[0]?.path}` +
      (others.length > 1 ? ", ..." : ""),
  };
}

/**
 * The patch with untracked files in it, made by a copy of the index that has heard of them. What git writes
 * goes beside its objects, not among them.
 */
async function diffWith(
  files: readonly string[],
  root: string,
  limit: number,
  { index, objects }: { index: string; objects: string },
): Promise<Buffer | undefined> {
  const draft = await mkdtemp(join(tmpdir(), "versant-index-"));
  try {
    await Promise.all([
      // Without an index nothing is tracked yet.
      copyFile(index, join(draft, "index")).catch(() => {}),
      mkdir(join(draft, "objects")),
    ]);
    const variables = {
      GIT_INDEX_FILE: join(draft, "index"),
      GIT_OBJECT_DIRECTORY: join(draft, "objects"),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
    };
    const input = files.map((path) => `:(literal)${path}\0`).join("");
    const added = await askGit(intend, { folder: root, variables, input });
    if (!added) return undefined;
    const maxBytes = 2 * limit;
    return await askGit([...diff, "HEAD", "--", ...paths], { folder: root, variables, maxBytes });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Adds the names of files, not their contents. */
const intend = ["add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"];
