import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf } from "./axe.js";
import { executablePath, open, useBrowser } from "./browser.js";
import { FakeServer } from "./fakeServer.js";

describe.runIf(executablePath)("the inside of a run in a browser", () => {
  const browser = useBrowser();
  let server: FakeServer;
  let origin: string;

  beforeAll(async () => {
    server = new FakeServer(browser.application, 20);
    origin = await server.listen();
  }, 60_000);
  afterAll(async () => {
    await server?.close();
  });

  async function inside(number: number, options: BrowserContextOptions = {}): Promise<Page> {
    const run = server.rows.find((row) => row.number === number);
    const page = await open(browser, `${origin}/runs/${run?.id}`, options);
    await page.getByRole("tab", { name: /Inside|Intérieur/ }).click();
    return page;
  }

  test("a cell of the confusion matrix shows its samples, wrong or right", async () => {
    const page = await inside(1);
    await page.getByText(/The gradients vanish on their way to hidden\.0/).waitFor();
    await page.getByText("321 of 9,900 samples are wrong (validation).").waitFor();
    const samples = page.locator(".wrong-samples li");
    expect(await samples.count()).toBe(40);
    await page.getByRole("button", { name: /^4 taken for 9/ }).click();
    await expect.poll(() => samples.count()).toBe(30);
    // The first row of pixels, as bright as it was recorded.
    const drawn = await page.evaluate(`[...document.querySelector("canvas[role=img]")
      .getContext("2d").getImageData(0, 0, 3, 1).data]`);
    expect(drawn).toEqual([0, 0, 0, 255, 4, 4, 4, 255, 8, 8, 8, 255]);
    await page.getByRole("button", { name: /^3, and answered so/ }).click();
    await page.getByRole("img", { name: "Sample 70: 3, and answered so" }).waitFor();
    await page.getByRole("button", { name: "All cells" }).click();
    await expect.poll(() => samples.count()).toBe(40);
  });

  test("an arrow leads from each truth to its prediction", async () => {
    const page = await inside(2);
    await page.getByText("Predictions and truth: sum").waitFor();
    expect(await page.locator(".errors .error").count()).toBe(2 * 60);
    const color = await page.evaluate(
      `getComputedStyle(document.querySelector(".errors .error")).stroke`,
    );
    expect(color).toBe("rgb(176, 53, 45)");
    await page.getByRole("row", { name: "#0 0 15 15" }).waitFor();
    await page.getByText(/Gradients neither vanish nor explode/).waitFor();
  });

  test("what comes in is drawn without being asked for, and stands in no log", async () => {
    const page = await inside(1);
    await page.getByText("Confusion matrix").waitFor();
    const asked = () => server.asked.filter((each) => each.endsWith("/inside")).length;
    const before = asked();
    const content = { sequence: 200, previous: "", time: "2026-03-20T08:00:00Z", hash: "" };
    const record = { epoch: 40, batch: 1, step: 9000, milliseconds: 3, layers: [], relus: [] };
    const payload = { ...record, parameters: [], warnings: [], weights: [], activations: [] };
    const actor = { name: "Ada", key: "0a1b" };
    const event = { ...content, run: "live-run", actor, signature: "", payload } as const;
    await expect.poll(() => server.listeners).toBeGreaterThan(0);
    server.send("event", { ...event, type: "insight" }, 200);
    await expect.poll(asked).toBe(before + 1);
    await page.getByRole("tab", { name: "Log" }).click();
    expect(await page.getByText("insight").count()).toBe(0);
  });

  test("says why there is nothing", async () => {
    const page = await inside(10);
    await page.getByText(/Nothing was measured/).waitFor();
  });

  test("of a training that was too short it has the mistakes, and says what is wanting", async () => {
    const page = await inside(11);
    await page.getByText(/^Gradients and weights were not measured/).waitFor();
    await page.getByText("Confusion matrix").waitFor();
  });

  test.each([
    ["light", 1440, 1],
    ["dark", 360, 1],
    ["dark", 1440, 2],
    ["light", 360, 2],
  ] as const)("%s, %d pixels wide, run %d: no serious fault", async (colorScheme, width, run) => {
    const viewport = { width, height: 900 };
    const locale = run === 1 ? "en-GB" : "fr-FR";
    const page = await inside(run, { colorScheme, viewport, locale, reducedMotion: "reduce" });
    await page
      .getByText(/Confusion matrix|Prédictions et vérité/)
      .first()
      .waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });
});
