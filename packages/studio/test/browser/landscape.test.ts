import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { faultsOf } from "./axe.js";
import { executablePath, open, useBrowser } from "./browser.js";
import { FakeServer } from "./fakeServer.js";

describe.runIf(executablePath)("the landscape of a run in a browser", () => {
  const browser = useBrowser();
  let server: FakeServer;
  let origin: string;

  beforeAll(async () => {
    server = new FakeServer(browser.application, 20);
    origin = await server.listen();
  }, 60_000);
  beforeEach(() => {
    server.landscape = {};
  });
  afterAll(async () => {
    await server?.close();
  });

  async function landscape(number: number, options: BrowserContextOptions = {}): Promise<Page> {
    const run = server.rows.find((row) => row.number === number);
    const page = await open(browser, `${origin}/runs/${run?.id}`, options);
    await page.getByRole("tab", { name: /Landscape|Paysage/ }).click();
    return page;
  }

  test("the path is read by the keyboard, and pointed at", async () => {
    const page = await landscape(1);
    const map = page.getByRole("slider", { name: "Contours of the loss: path of training" });
    await map.press("ArrowRight");
    expect(await map.getAttribute("aria-valuetext")).toMatch(/^Epoch 0 \(step 0\): loss 1\.9/);
    await map.press("ArrowRight");
    expect(await map.getAttribute("aria-valuetext")).toMatch(/^Epoch 0\.5 \(step 375\): loss /);
    await map.press("End");
    expect(await map.getAttribute("aria-valuetext")).toBe("Epoch 12 (step 9,000): loss 0.05");
    const here = await map.locator(".here").boundingBox();
    await page.mouse.move(0, 0);
    await expect.poll(() => map.locator(".here").count()).toBe(0);
    await page.mouse.move((here?.x ?? 0) + 8, (here?.y ?? 0) + 8);
    await expect.poll(() => map.getAttribute("aria-valuetext")).toMatch(/^Epoch 12 /);
    await page.getByText("79% · 16%").waitFor();
    await page.getByText("0.17 · not finite").waitFor();
  });

  test("the surface is turned by arrow keys and by dragging", async () => {
    const page = await landscape(1);
    const surface = page.getByRole("slider", { name: "The loss as a surface" });
    await surface.press("ArrowRight");
    await surface.press("ArrowUp");
    expect(await surface.getAttribute("aria-valuetext")).toBe("turned by 45°, from 48° above");
    await surface.press("Home");
    const box = (await surface.boundingBox()) ?? expect.unreachable();
    await page.mouse.move(box.x + 100, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 140, box.y + 80);
    await page.mouse.up();
    await page.mouse.move(box.x + 10, box.y + 10);
    expect(await surface.getAttribute("aria-valuetext")).toBe("turned by 55°, from 28° above");
  });

  test("colours follow the scale that is chosen", async () => {
    const page = await landscape(2);
    const map = page.getByRole("img", { name: "Contours of the loss" });
    await map.waitFor();
    const color = (): Promise<unknown> =>
      page.evaluate(`(() => {
        const canvas = document.querySelector(".relief canvas");
        const at = (share) => Math.round(canvas.width * share);
        return [...canvas.getContext("2d").getImageData(at(0.3), at(0.2), 1, 1).data].join();
      })()`);
    await expect.poll(color).not.toBe("0,0,0,0");
    const log = await color();
    await page.getByRole("button", { name: "linear" }).click();
    await expect.poll(color).not.toBe(log);
  });

  test("has one measured, tells how far it is, and why nothing came of it", async () => {
    const page = await landscape(3);
    await page.getByText("No landscape of this run was measured yet.").waitFor();
    const id = server.rows.find((row) => row.number === 3)?.id ?? "";
    server.landscape = {
      work: { run: id, directions: "random", stage: "measuring", done: 310, total: 966 },
    };
    await page.getByRole("button", { name: "Random" }).click();
    await page.getByLabel("Part of the data").selectOption("train");
    await page.getByRole("button", { name: "Measure" }).click();
    const progress = page.getByRole("progressbar", { name: "How far it is" });
    await progress.waitFor();
    expect(await progress.getAttribute("value")).toBe("310");
    expect(server.posted.at(-1)).toEqual({
      path: `/api/runs/${id}/landscape`,
      body: { directions: "random", part: "train" },
    });
    expect(await page.getByRole("button", { name: "Measure" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Stop" }).click();
    await expect
      .poll(() => server.posted.at(-1))
      .toEqual({ path: `/api/runs/${id}/landscape/stop`, body: {} });
    server.landscape = { failure: "landscape: <b>mnist.ts</b> changed since it was trained." };
    await page.getByText("Nothing was measured: landscape: <b>mnist.ts</b> changed").waitFor();
    expect(await page.getByRole("button", { name: "Measure" }).isDisabled()).toBe(false);
  });

  test("what cannot be drawn takes nothing else away", async () => {
    server.landscape = { landscapes: [{ directions: "random", part: "train" } as never] };
    const page = await landscape(3);
    const alert = page
      .getByRole("alert")
      .getByText(/^This cannot be drawn \(.+\)\. What the ledger/);
    await alert.waitFor();
    await page.getByRole("tab", { name: "Log" }).click();
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.getByRole("tab", { name: "Landscape" }).click();
    await alert.waitFor();
    server.landscape = {};
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("No landscape of this run was measured yet.").waitFor();
  });

  test("a landscape that was recorded is shown without being asked for", async () => {
    const page = await landscape(3);
    await page.getByText("No landscape of this run was measured yet.").waitFor();
    const run = server.rows.find((row) => row.number === 3);
    const asked = () => server.asked.filter((path) => path.endsWith("/landscape")).length;
    await expect.poll(() => server.listeners).toBeGreaterThan(0);
    const before = asked();
    const event = { sequence: 300, hash: "", previous: "", time: new Date().toISOString() };
    const actor = { name: "Ada", key: "0a1b" };
    const payload = {} as never;
    const sent = { ...event, run: run?.id ?? "", actor, signature: "", payload } as const;
    server.send("event", { ...sent, type: "landscape" }, 300);
    await expect.poll(asked).toBe(before + 1);
  });

  test.each([
    ["light", 1440, 1],
    ["dark", 360, 1],
    ["dark", 2560, 2],
    ["light", 360, 3],
  ] as const)("%s, %d pixels wide, run %d: no serious fault", async (colorScheme, width, run) => {
    const viewport = { width, height: 900 };
    const locale = run === 1 ? "fr-FR" : "en-GB";
    const page = await landscape(run, { colorScheme, viewport, locale, reducedMotion: "reduce" });
    await page.getByRole("button", { name: /Measure|Mesurer/ }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });
});
