import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const command = join(root, "packages/lab/bin/versant.mjs");

/** The report of `versant train experiment ...flags`, run in a process of its own. */
export function train(experiment, flags, environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), "versant-verify-"));
  try {
    const report = join(folder, "report.json");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [command, "train", join(root, experiment), ...flags, "--report", report],
      { cwd: root, encoding: "utf8", env: { ...process.env, ...environment } },
    );
    if (status !== 0) {
      throw new Error(`versant train ${experiment} ended with ${status}:\n${stdout}${stderr}`);
    }
    return JSON.parse(readFileSync(report, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
