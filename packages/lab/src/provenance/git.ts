import { execFileSync } from "node:child_process";

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
