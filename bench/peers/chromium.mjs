// Versant in a page of headless Chromium; CHROMIUM names another program than /usr/bin/chromium.

import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serveFolders } from "./chromium/server.mjs";
import { peakMemoryMB, serve } from "./javascript/serve.mjs";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const repository = fileURLToPath(new URL("../../", import.meta.url));
let browser;
let page;

/** Starts a browser with a profile of its own, which goes when it is closed, and opens the page. */
async function open(folder) {
  const { CHROMIUM: executablePath = "/usr/bin/chromium" } = process.env;
  browser = await chromium.launch({ executablePath, args: flags });
  page = await browser.newPage();
  const failed = new Promise((_, reject) => page.once("pageerror", reject));
  await page.goto(await serveFolders(repository, folder));
  await Promise.race([failed, page.waitForFunction("globalThis.peer")]);
}

/** The most memory of a process that draws or runs a page; the rest of a browser is not our work. */
async function pageMemoryMB() {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter(({ type }) => type === "renderer");
  return Math.max(...pages.map(({ id }) => peakMemoryMB(id)));
}

await serve({
  async load(path) {
    await open(dirname(path));
    await page.evaluate((name) => globalThis.peer.load(name), basename(path, ".json"));
  },
  steps: (count) => page.evaluate((count) => globalThis.peer.steps(count), count),
  async end() {
    const memory = await pageMemoryMB();
    await browser.close();
    return { peakMemoryMB: memory };
  },
});
await browser?.close();
