import { spawn } from "node:child_process";
import { chromium } from "playwright-core";
import { command } from "./versant.mjs";

/** The studio over the ledger of `VERSANT_LEDGER`, in a process of its own, and a way to ask it as a page does. */
export async function openStudio() {
  const child = spawn(process.execPath, [command, "studio", "--port", "0", "--no-open"]);
  child.stderr.pipe(process.stderr);
  const address = await addressOf(child);
  const { headers } = await fetch(address, { redirect: "manual" });
  const cookie = headers.get("set-cookie").split(";")[0];
  const ask = async (path, init = {}) => {
    const response = await fetch(new URL(path, address), { ...init, headers: { cookie } });
    if (response.status === 200) return response;
    throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  const text = async (path) => (await ask(path)).text();
  return { child, address, cookie, text, json: async (path) => JSON.parse(await text(path)) };
}

function addressOf(child) {
  let said = "";
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (text) => {
      said += text;
      const [, address] = /studio +(http\S+)\s/.exec(said) ?? [];
      if (address) resolve(address);
    });
    child.on("close", () => reject(new Error(`the studio ended without an address: ${said}`)));
  });
}

/** Chromium without a window, as the tests open it. */
export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: [
      ...["--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
    ],
  });
