import { readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { ArgumentError } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";
import { Ledger } from "../ledger/ledger.js";
import { openModel } from "../model/openModel.js";
import { row } from "../progress/format.js";
import { RequestLog } from "../serve/requestLog.js";
import type { Version } from "../serve/servedModel.js";
import { type ModelServer, serve } from "../serve/server.js";
import { servedModel, warmUp } from "../serve/trained.js";
import { UsageError } from "./errors.js";
import { Interruption } from "./interruption.js";

export interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly batch: number;
  readonly wait: number;
  /** In MiB. */
  readonly bodyLimit: number;
  readonly maxSamples: number;
  /** In seconds. */
  readonly timeout: number;
  readonly rateLimit?: number;
  readonly tokenFile?: string;
  readonly insecure?: boolean;
  readonly log: boolean;
}

/** Serves until a signal comes; SIGHUP opens the models again. */
export async function runServer(words: readonly string[], flags: ServeFlags): Promise<number> {
  const token = tokenOf(flags);
  requireSafe(flags, token);
  const ledger = ledgerFor(flags.log);
  const interruption = new Interruption();
  try {
    const { tokenFile: _file, insecure: _insecure, log, bodyLimit, timeout, ...rest } = flags;
    const { host, port, batch, wait, maxSamples, rateLimit } = rest;
    const server = await serve({
      ...{ host, port, batch, wait, maxSamples },
      ...(rateLimit !== undefined && { rateLimit }),
      ...(token !== undefined && { token }),
      ...(log && ledger && { log: new RequestLog(ledger) }),
      bodyLimit: bodyLimit * 2 ** 20,
      timeout: timeout * 1000,
      open: () => openVersions(words, ledger, batch),
    });
    announce(server);
    interruption.listen();
    const reload = () => reloadAll(server);
    process.on("SIGHUP", reload);
    await ended(interruption.signal);
    console.log("ending: what was asked is answered; a second signal ends at once");
    await server.close();
    process.off("SIGHUP", reload);
    return 0;
  } finally {
    interruption.release();
    await ledger?.close();
  }
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

/** A log needs a ledger; runs are looked for in the one that is there. */
function ledgerFor(log: boolean): Ledger | undefined {
  if (log) return Ledger.open();
  return Ledger.exists() ? Ledger.open({ mode: "read" }) : undefined;
}

/** "digits=mnist-k7f3qd" is the run under a name; without one, it is the experiment's. */
async function openVersions(
  words: readonly string[],
  ledger: Ledger | undefined,
  batch: number,
): Promise<Version[]> {
  const versions: Version[] = [];
  for (const word of words) {
    const [, given, source = word] = /^([^=/\\]+)=(.+)$/.exec(word) ?? [];
    const trained = await openModel(source, { ledger });
    await warmUp(trained, batch);
    const { name, run, sha256 } = trained;
    const version = run ?? sha256.slice(0, 12);
    versions.push({ name: given ?? name, version, model: servedModel(trained) });
  }
  return versions;
}

function announce({ url, versions }: ModelServer): void {
  for (const { name, version } of versions) {
    console.log(row(name, `${version}, POST ${url}/v1/models/${name}/predict`));
  }
  console.log(row("docs", `${url}/docs`));
}

async function reloadAll(server: ModelServer): Promise<void> {
  try {
    await server.reload();
    announce(server);
  } catch (error) {
    console.error(`versant: nothing was reloaded: ${(error as Error).message}`);
  }
}

function tokenOf({ tokenFile }: ServeFlags): string | undefined {
  if (tokenFile === undefined) return process.env.VERSANT_TOKEN || undefined;
  let token: string;
  try {
    token = readFileSync(tokenFile, "utf8").trim();
  } catch (error) {
    throw unreadable("--token-file", tokenFile, error, "expected a file with a token");
  }
  if (token !== "") return token;
  throw new ArgumentError(
    `--token-file: received the empty file ${tokenFile}, expected a token in it.`,
  );
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));

function requireSafe({ host, insecure = false }: ServeFlags, token: string | undefined): void {
  if (isLoopback(host) || token !== undefined || insecure) return;
  throw new UsageError(
    `--host: received ${host}, which others reach, without a token; expected --token-file FILE or ` +
      "VERSANT_TOKEN, or --insecure where something in front of it looks at who asks.",
  );
}
