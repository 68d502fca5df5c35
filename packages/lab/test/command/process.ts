import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/versant.mjs", import.meta.url));

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves once standard output holds a match. */
  readonly printed: (pattern: RegExp) => Promise<void>;
  readonly finished: Promise<{ code: number | null; out: string; err: string }>;
}

type Environment = Readonly<Record<string, string>>;

/** The built command, in a process of its own. */
export const start = (
  folder: string,
  args: readonly string[],
  environment: Environment = {},
): Running => startNode(folder, [bin, ...args], environment);

/** Node with these words, in a process of its own. */
export function startNode(
  folder: string,
  args: readonly string[],
  environment: Environment = {},
): Running {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, args, { cwd: folder, env });
  let out = "";
  let err = "";
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.on("data", (text) => {
    err += text;
  });
  const finished = once(child, "close").then(([code]) => ({ code, out, err }));
  const printed = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(out)) {
      const more = await Promise.race([once(child.stdout, "data"), finished]);
      if (!Array.isArray(more)) throw new Error(`ended before ${pattern}: ${out}${err}`);
    }
  };
  return { child, printed, finished };
}
