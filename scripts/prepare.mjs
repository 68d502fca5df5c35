// Runs after `npm install` in the repository: builds the kernel, then the TypeScript.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (file, ...commandLine) =>
  spawnSync(process.execPath, [file, ...commandLine], { cwd: root, stdio: "inherit" }).status ?? 1;

run(join(root, "packages/core/scripts/build-kernel.mjs"));
const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
process.exitCode =
  run(join(dirname(typescript), "bin/tsc"), "-b") ||
  run(join(root, "packages/lab/scripts/bundle-kysely.mjs"));
