import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadExperiment } from "../../../lab/src/experiment/load.js";
import { Ledger } from "../../../lab/src/ledger/ledger.js";
import { recordRun } from "../../../lab/src/recording/recordRun.js";
import { type Studio, startStudio } from "../../../lab/src/studio/server.js";
import { fixture } from "../../../lab/test/command/run.js";
import { makeIdentity } from "../../../lab/test/ledger/temporary.js";
import { faultsOf } from "./axe.js";
import { executablePath, open, useBrowser } from "./browser.js";

describe.runIf(executablePath)("the network of a run, in a browser", () => {
  const browser = useBrowser();
  let ledger: Ledger;
  let studio: Studio;
  let run: string;

  beforeAll(async () => {
    ledger = Ledger.open({ folder: join(browser.application, "ledger"), identity: makeIdentity() });
    const file = fixture("reader.ts");
    run = (await recordRun(ledger, await loadExperiment(file), { file })).name;
    studio = await startStudio({ ledger: ledger.folder, application: browser.application });
  }, 60_000);
  afterAll(async () => {
    await studio?.close();
    await ledger?.close();
  });

  async function shown(query: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await open(browser, studio.address, options);
    await page.goto(`${studio.url}/runs/${run}/network${query}`);
    return page;
  }

  test("layers are listed from the run's page, and searched", async () => {
    const page = await open(browser, studio.address);
    await page.goto(`${studio.url}/runs/${run}`);
    await page.getByRole("link", { name: "Network" }).click();
    await page
      .getByText(/parameters, \d/)
      .first()
      .waitFor();
    const layers = page.getByRole("listitem");
    expect(await layers.count()).toBeGreaterThan(1);
    await page.getByLabel("Search").fill("no such layer");
    await page.getByText("No layer is called so.").waitFor();
  });

  test("the graph is searched, walked through by keyboard, and shown behind each pass", async () => {
    const page = await shown("?tab=graph");
    const graph = page.getByRole("listbox", { name: "Forward, Recorded" });
    await graph.waitFor();
    await page.getByLabel("Search").fill("matmul");
    await page.getByText(/^\d+ nodes?$/).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "matmul" }).waitFor();
    const chosen = () => page.getByRole("option", { selected: true }).getAttribute("aria-label");
    expect(await chosen()).toMatch(/^matmul float32 \(32, \d+\)$/);
    await graph.focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(chosen).toMatch(/^add/);
    const width = async () =>
      Number((await graph.locator("svg").getAttribute("viewBox"))?.split(" ")[2]);
    const before = await width();
    await page.keyboard.press("-");
    expect(await width()).toBeGreaterThan(before);

    await page.getByRole("button", { name: "Fused" }).click();
    await page
      .getByRole("option", { name: /several operations together/ })
      .first()
      .waitFor();
    await page.getByText(/units, \d+ of them of several operations/).waitFor();
    await page.getByRole("button", { name: "Forward and backward" }).click();
    await page.getByRole("listbox", { name: "Forward and backward, Fused" }).waitFor();
    expect(new URL(page.url()).searchParams.get("direction")).toBe("backward");
    await page.getByLabel("Batch").fill("0");
    await page.getByText("A whole number of 1 to 4096.").waitFor();
  });

  test.each([
    ["light", 1440, "en-GB", ""],
    ["dark", 360, "fr-FR", "?tab=graph&pass=fused"],
    ["dark", 1440, "en-GB", "?tab=graph&direction=backward&pass=simplified"],
  ] as const)(
    "%s, %d pixels wide, %s: no serious fault, nothing beside the page",
    async (...given) => {
      const [colorScheme, width, locale, query] = given;
      const viewport = { width, height: 900 };
      const page = await shown(query, { colorScheme, viewport, locale, reducedMotion: "reduce" });
      const there = query ? page.getByRole("option") : page.getByRole("listitem");
      await there.first().waitFor();
      expect(await faultsOf(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    },
  );
});
