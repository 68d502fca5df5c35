// Runs after `npm install` in the repository: builds the kernel, the TypeScript, and the studio's application.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (file, ...commandLine) =>
  spawnSync(process.execPath, [file, ...commandLine], { cwd: root, stdio: "inherit" }).status ?? 1;

run(join(root, "packages/core/scripts/build-kernel.mjs"));
const { resolve } = createRequire(import.meta.url);
const folderOf = (name) => dirname(resolve(`${name}/package.json`));
process.exitCode =
  run(join(folderOf("typescript"), "bin/tsc"), "-b") ||
  run(join(root, "packages/lab/scripts/bundle-kysely.mjs")) ||
  run(join(folderOf("vite"), "bin/vite.js"), "build", join(root, "packages/studio"));
