import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.js";
import { type Studio, type StudioOptions, startStudio } from "../../src/studio/server.js";
import { temporaryFolder, temporaryLedger } from "../ledger/temporary.js";

/** What a page asks with: the cookie, and the mark of changes. */
export interface Page {
  readonly studio: Studio;
  readonly cookie: string;
  readonly csrf: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** A studio over an empty ledger of its own, and somebody who has opened its address. */
export async function studioOver(
  prepare: (ledger: Ledger) => Promise<unknown>,
  options: StudioOptions = {},
): Promise<Page & { readonly ledger: Ledger }> {
  const folder = temporaryFolder();
  vi.stubEnv("VERSANT_KEYS", join(folder, "keys"));
  const ledger = temporaryLedger(join(folder, "ledger"));
  await prepare(ledger);
  const page = await opened({ ledger: ledger.folder, ...options });
  return { ...page, ledger };
}

/** Starts a studio, and opens its address as a browser does. */
export async function opened(options: StudioOptions): Promise<Page> {
  const studio = await startStudio({ application: applicationFolder(), ...options });
  onTestFinished(() => studio.close());
  const entrance = await fetch(studio.address, { redirect: "manual" });
  const cookie = entrance.headers.get("set-cookie")?.split(";")[0] ?? "";
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${studio.url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return {
      status: response.status,
      body: isJson ? JSON.parse(text) : text,
      headers: response.headers,
    };
  };
  const session = await ask("/api/session", { headers: { cookie } });
  const { csrf = "" } = session.body as { csrf?: string };
  return {
    ...{ studio, cookie, csrf },
    get: (path, headers = {}) => ask(path, { headers: { cookie, ...headers } }),
    post: (path, body, headers = {}) =>
      ask(path, {
        method: "POST",
        headers: {
          cookie,
          "x-versant-csrf": csrf,
          "content-type": "application/json",
          origin: studio.url,
          ...headers,
        },
        body: JSON.stringify(body),
      }),
  };
}

/** A built application, as far as the server knows one. */
export function applicationFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>studio</title>");
  writeFileSync(join(folder, "assets", "main-1a2b.js"), "export {};");
  return folder;
}
