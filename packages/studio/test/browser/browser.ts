import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";

/** Chromium, where there is one. */
export const executablePath = [
  process.env.CHROMIUM_PATH ?? "",
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
].find(existsSync);

const launch = (): Promise<Browser> =>
  chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [
      ...["--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
    ],
  });

/** Builds the application from its sources, as the package ships it. */
async function buildApplication(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), "versant-studio-"));
  const root = fileURLToPath(new URL("../..", import.meta.url));
  await build({
    configFile: join(root, "vite.config.ts"),
    logLevel: "silent",
    build: { outDir, emptyOutDir: true },
  });
  return outDir;
}

/** A browser, and the application that is shown in it. */
export interface TestBrowser {
  readonly browser: Browser;
  /** The folder of the built application. */
  readonly application: string;
}

/** One for all tests of a file; it is there from the first of them to the last. */
export function useBrowser(): TestBrowser {
  const shared: { browser?: Browser; application?: string } = {};
  beforeAll(async () => {
    [shared.browser, shared.application] = await Promise.all([launch(), buildApplication()]);
  }, 60_000);
  afterAll(async () => {
    await shared.browser?.close();
    if (shared.application) rmSync(shared.application, { recursive: true, force: true });
  });
  // Whoever reads it is a test, or a hook behind this one.
  return shared as TestBrowser;
}

/** A page that fails its test when a script throws, or when the policy refuses something. */
export async function open(
  { browser }: TestBrowser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  // A test that waits in vain says for what before its own time is over.
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });
  await page.goto(address);
  return page;
}
