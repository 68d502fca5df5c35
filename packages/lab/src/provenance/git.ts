import { execFile, execFileSync } from "node:child_process";

/** What git answers, without the end of the last line; undefined where there is no git, or it fails. */
export function git(args: readonly string[], folder = process.cwd()): string | undefined {
  try {
    return execFileSync("git", [...args], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 30,
      stdio: ["ignore", "pipe", "ignore"],
    }).replace(/\n$/, "");
  } catch {
    return undefined;
  }
}

/** A setting such as "user.name"; undefined where it is not set. */
export const gitConfig = (name: string): string | undefined =>
  git(["config", "--get", name]) || undefined;

export interface GitOptions {
  readonly folder: string;
  /** Besides those of this process: where git shall read and write, for one. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What git reads. */
  readonly input?: string;
  /** More than this is an error. Default 1 MiB. */
  readonly maxBytes?: number;
}

/** What git answers, while other things go on; undefined where there is no git, or it fails. */
export const askGit = (
  args: readonly string[],
  { folder, variables, input = "", maxBytes = 2 ** 20 }: GitOptions,
): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const child = execFile(
      "git",
      [...args],
      {
        cwd: folder,
        encoding: "buffer",
        maxBuffer: maxBytes,
        // Reading must not rewrite what belongs to the user.
        env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", ...variables },
      },
      (error, output) => resolve(error ? undefined : output),
    );
    // A git that is not there, or ends early, reads nothing: the callback says so.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
