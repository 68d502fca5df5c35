import { row } from "../progress/format.js";
import { isLoopback } from "../serve/loopback.js";
import { serve } from "../serve/serve.js";
import type { ModelServer } from "../serve/server.js";
import { UsageError } from "./errors.js";
import { Interruption } from "./interruption.js";
import { tellNotice } from "./tellNotice.js";
import { tokenOf } from "./tokenFile.js";

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
  const interruption = new Interruption();
  const { host, port, batch, wait, maxSamples, rateLimit, bodyLimit, timeout, log } = flags;
  try {
    const server = await serve({
      ...{ models: words, host, port, batch, wait, maxSamples, log },
      ...(rateLimit !== undefined && { rateLimit }),
      ...(token !== undefined && { token }),
      bodyLimit: bodyLimit * 2 ** 20,
      timeout: timeout * 1000,
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
  }
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

function announce({ url, versions }: ModelServer): void {
  for (const { name, version, notice } of versions) {
    console.log(row(name, `${version}, POST ${url}/v1/models/${name}/predict`));
    tellNotice({ notice });
  }
  console.log(row("reload", `kill -HUP ${process.pid}`));
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

function requireSafe({ host, insecure = false }: ServeFlags, token: string | undefined): void {
  if (isLoopback(host) || token !== undefined || insecure) return;
  throw new UsageError(
    `--host: received ${host}, which others reach, without a token; expected --token-file FILE or ` +
      "VERSANT_TOKEN, or --insecure where something in front of it looks at who asks.",
  );
}
