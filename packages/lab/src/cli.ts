import { parseArgs } from "node:util";

// What decides how core loads itself has to be known before it is imported.
const { values: early } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  options: { device: { type: "string" }, threads: { type: "string" } },
});
if (typeof early.device === "string") process.env.VERSANT_DEVICE = early.device;
if (typeof early.threads === "string") process.env.VERSANT_THREADS = early.threads;

// Whoever read the output has gone, as `| head` does: end in silence, as SIGPIPE (13) would.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(128 + 13);
});

try {
  const { main } = await import("./command/main.js");
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`versant: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
