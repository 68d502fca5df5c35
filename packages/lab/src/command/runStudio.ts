import { once } from "node:events";
import { row } from "../progress/format.js";
import { isLoopback } from "../serve/loopback.js";
import { type Studio, type StudioOptions, startStudio } from "../studio/server.js";
import { UsageError } from "./errors.js";
import { Interruption } from "./interruption.js";
import { tokenOf } from "./tokenFile.js";

export interface StudioFlags {
  readonly host: string;
  readonly port?: number;
  readonly open: boolean;
  readonly tokenFile?: string;
}

/** Shows the ledger of this place until a signal comes, or the training that it was started for is gone. */
export async function runStudio(
  run: string | undefined,
  flags: StudioFlags & { readonly defaultPort: number },
): Promise<number> {
  const { host, open } = flags;
  const token = tokenOf(flags);
  if (!isLoopback(host) && token === undefined) {
    throw new UsageError(
      `--host: received ${host}, which others reach, without a token; expected --token-file FILE or ` +
        "VERSANT_TOKEN.",
    );
  }
  const interruption = new Interruption();
  const studio = await startAt(flags, { host, ...(token !== undefined && { token }) });
  const address = pageOf(studio, run);
  console.log(row("studio", address));
  process.send?.({ address });
  interruption.listen();
  try {
    if (open) await openBrowser(address);
    await ended(interruption.signal);
    return 0;
  } finally {
    await studio.close();
    interruption.release();
  }
}

/** The port that was asked for; else the usual one, or where somebody has that, any. */
async function startAt(
  { port, defaultPort }: { readonly port?: number; readonly defaultPort: number },
  options: StudioOptions,
): Promise<Studio> {
  if (port !== undefined) return startStudio({ ...options, port });
  try {
    return await startStudio({ ...options, port: defaultPort });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE") throw error;
    return startStudio({ ...options, port: 0 });
  }
}

function pageOf({ address }: Studio, run: string | undefined): string {
  const url = new URL(address);
  if (run !== undefined) url.pathname = `/runs/${encodeURIComponent(run)}`;
  return url.href;
}

async function openBrowser(address: string): Promise<void> {
  const { default: open } = await import("open");
  // Without a browser the address is printed all the same.
  const opening = await open(address).catch(() => undefined);
  opening?.on("error", () => {});
}

async function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const ends = [once(signal, "abort")];
  if (process.connected) ends.push(once(process, "disconnect"));
  await Promise.race(ends);
}
