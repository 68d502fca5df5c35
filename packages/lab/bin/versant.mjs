#!/usr/bin/env node
import { existsSync } from "node:fs";

const command = new URL("../dist/cli.js", import.meta.url);
if (existsSync(command)) {
  await import(command.href);
} else {
  console.error("versant: the command is not built yet; run `npm run build` in its repository.");
  process.exitCode = 1;
}
