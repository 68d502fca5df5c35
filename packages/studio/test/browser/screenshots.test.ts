import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startStudio } from "../../../lab/src/studio/server.js";
import { temporaryFolder, temporaryLedger } from "../../../lab/test/ledger/temporary.js";
import { executablePath, open, useBrowser } from "./browser.js";
import { recordAll } from "./pictures/record.js";
import { now, retell } from "./pictures/retell.js";
import { type Recorded, type View, viewsOf } from "./pictures/views.js";

/** Where `npm run screenshots` wants the pictures that documents show; all of them go with the test otherwise. */
const wanted = process.env.VERSANT_PICTURES;

const themes = ["light", "dark"] as const;
const window = { width: 1280, height: 800 };

describe.runIf(executablePath)("pictures of every page", () => {
  const browser = useBrowser();

  test("both themes and languages, from a phone to a wide screen", {
    timeout: 300_000,
  }, async () => {
    const folder = temporaryFolder();
    vi.stubEnv("VERSANT_KEYS", join(folder, "keys"));
    const trained = temporaryLedger(join(folder, "trained"));
    await recordAll(trained, wanted ? 64 : 512);
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const ledger = temporaryLedger(join(folder, "ledger"));
    const recorded = await retell(trained, ledger);
    const studio = await startStudio({ ledger: ledger.folder, application: browser.application });
    onTestFinished(() => studio.close());
    const pictures = wanted ?? join(folder, "pictures");
    mkdirSync(pictures, { recursive: true });
    await Promise.all(
      ["en-GB", "fr-FR"].map((locale) => takeAll({ studio, recorded, locale, pictures })),
    );
  });

  async function takeAll(tour: {
    readonly studio: { readonly address: string; readonly url: string };
    readonly recorded: Recorded;
    readonly locale: string;
    readonly pictures: string;
  }): Promise<void> {
    const { studio, recorded, locale, pictures } = tour;
    const reducedMotion = "reduce";
    const page = await open(browser, studio.address, { locale, viewport: window, reducedMotion });
    await page.addInitScript(`Date.now = () => ${now}`);
    await sayLedger(page, "/home/ada/digits/.versant");
    for (const view of viewsOf(recorded)) {
      await visit(page, studio.url, view);
      expect(await overflowing(page), `${view.name} ${locale}`).toEqual([]);
      for (const theme of themes) {
        await page.emulateMedia({ colorScheme: theme });
        await settle(page);
        const picture = await page.screenshot();
        await expectPicture(picture, `${view.name} ${theme} ${locale}`, theme);
        const name = `studio-${view.name}-${theme}-${locale.slice(0, 2)}.png`;
        if (!wanted) writeFileSync(join(pictures, name), picture);
        else if (view.isShown) writeFileSync(join(pictures, name), await small(picture));
      }
      for (const width of [360, 2560]) {
        await page.setViewportSize({ width, height: window.height });
        expect(await overflowing(page), `${view.name} ${locale} ${width}`).toEqual([]);
      }
    }
  }
});

/** The folder of a test is another one each time. */
const sayLedger = (page: Page, ledger: string): Promise<unknown> =>
  page.route("**/api/session", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ledger } });
  });

async function visit(page: Page, origin: string, view: View): Promise<void> {
  if (view.isOutside) await page.context().clearCookies();
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(window);
  await page.goto(origin + view.path);
  await view.prepare?.(page);
  await page.locator(view.shows).first().waitFor();
  await page.waitForLoadState("load");
  expect(await page.locator("[role=alert], .notice.danger").allTextContents()).toEqual([]);
}

/** Charts are drawn anew, in other colours or another size, some frames after the page is. */
const settle = (page: Page): Promise<unknown> =>
  page.evaluate(`(async () => {
    for (let turn = 0; turn < 4; turn++) {
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
    }
  })()`);

const small = (picture: Buffer): Promise<Buffer> =>
  sharp(picture).png({ palette: true, colours: 48, effort: 10, dither: 0 }).toBuffer();

/** Not blank, and as bright as its theme. */
async function expectPicture(
  picture: Buffer,
  name: string,
  theme: (typeof themes)[number],
): Promise<void> {
  const { entropy, channels } = await sharp(picture).greyscale().stats();
  expect(entropy, name).toBeGreaterThan(0.3);
  const brightness = channels[0]?.mean ?? 128;
  expect(theme === "light" ? 255 - brightness : brightness, name).toBeLessThan(100);
}

/** What stands out of the page, or is a text that is wider than its box. */
async function overflowing(page: Page): Promise<unknown> {
  await settle(page);
  return page.evaluate(`(() => {
    const root = document.documentElement;
    const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "";
    const wide = [...document.querySelectorAll("main *")].filter((element) => {
      const { display, overflowX } = getComputedStyle(element);
      return [...element.childNodes].some(isText) && display !== "inline" && overflowX === "visible" &&
        !element.closest("svg, .visually-hidden, .grid") && element.scrollWidth > element.clientWidth + 1;
    });
    return [
      ...(root.scrollWidth > root.clientWidth ? ["the page: " + root.scrollWidth] : []),
      ...wide.map((element) => element.className + " " + element.textContent.slice(0, 60)),
    ];
  })()`);
}
