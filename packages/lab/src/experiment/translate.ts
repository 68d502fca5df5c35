import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ExecutionError } from "@versant/core";
import type { TransformOptions, TransformResult } from "jiti";

/** Beside the sources as well as beside what is built of them: a process runs what is built. */
const script = fileURLToPath(new URL("../../dist/experiment/translateProcess.js", import.meta.url));

/**
 * A TypeScript file as the JavaScript that jiti runs. A process of its own makes it and ends: the translator takes
 * some 30 MB, which a training would hold to its end. jiti keeps what came of it, so that a file is translated once
 * for each of its versions.
 *
 * @throws ExecutionError when the process cannot be started, or fails
 */
export function translate(options: TransformOptions): TransformResult {
  const { error, status, stdout, stderr } = spawnSync(process.execPath, [script], {
    input: JSON.stringify(options),
    encoding: "utf8",
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  if (status === 0) return { code: stdout };
  throw new ExecutionError(
    `${options.filename}: the process that translates TypeScript failed: ${error?.message ?? stderr.trim()}`,
  );
}
