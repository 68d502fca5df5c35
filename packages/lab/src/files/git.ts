import { execFile, execFileSync } from "node:child_process";

/** A setting such as "user.name"; undefined where it is not set. Waits: a ledger opens at once. */
export function gitConfig(name: string): string | undefined {
  try {
    const stdio = ["ignore", "pipe", "ignore"] as const;
    return execFileSync("git", ["config", "--get", name], {
      encoding: "utf8",
      stdio: [...stdio],
    }).trim();
  } catch {
    return undefined;
  }
}

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

/** The same as text, without the end of the last line. */
export async function askGitText(
  args: readonly string[],
  options: GitOptions,
): Promise<string | undefined> {
  return (await askGit(args, options))?.toString().replace(/\r?\n$/, "");
}
