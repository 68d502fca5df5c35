import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../ledger/temporary.js";

/** Files in a folder that goes when the test is over. */
export class Project {
  readonly folder = realpathSync(temporaryFolder());

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    this.write(files);
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(path)), { recursive: true });
      writeFileSync(this.path(path), content);
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Git with no settings but its own. */
  git(...args: string[]): string {
    const settings = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    return execFileSync("git", [...settings, ...args], {
      cwd: this.folder,
      encoding: "utf8",
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  /** Makes it a repository with everything in one commit. */
  commit(): string {
    this.git("init", "--quiet");
    this.git("add", ".");
    this.git("commit", "--quiet", "--message", "first");
    return this.git("rev-parse", "HEAD");
  }
}
