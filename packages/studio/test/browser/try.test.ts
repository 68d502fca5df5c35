import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import type { ClassAnswer, Experiment } from "versant";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadExperiment } from "../../../lab/src/experiment/load.js";
import { Ledger } from "../../../lab/src/ledger/ledger.js";
import { openModel } from "../../../lab/src/model/openModel.js";
import { recordRun } from "../../../lab/src/recording/recordRun.js";
import { type Studio, startStudio } from "../../../lab/src/studio/server.js";
import { fixture } from "../../../lab/test/command/run.js";
import { makeIdentity } from "../../../lab/test/ledger/temporary.js";
import { faultsOf } from "./axe.js";
import { executablePath, open, useBrowser } from "./browser.js";
import { digit, digits, messages } from "./models.js";

describe.runIf(executablePath)("a model is tried in the browser", () => {
  const browser = useBrowser();
  let ledger: Ledger;
  let studio: Studio;
  const runs = new Map<string, string>();

  beforeAll(async () => {
    ledger = Ledger.open({ folder: join(browser.application, "ledger"), identity: makeIdentity() });
    const load = (name: string): Promise<Experiment> => loadExperiment(fixture(name));
    const experiments = [digits, messages, await load("reader.ts"), await load("prices.ts")];
    for (const experiment of experiments) {
      // What the file holds is part of the record alone.
      const file = fixture("line.ts");
      const { name } = await recordRun(ledger, experiment, { file });
      runs.set(experiment.name, name);
    }
    studio = await startStudio({ ledger: ledger.folder, application: browser.application });
  }, 60_000);
  afterAll(async () => {
    await studio?.close();
    await ledger?.close();
  });

  /** The page of a run's model, reached from that of the run. */
  async function tried(experiment: string, options = {}): Promise<Page> {
    const page = await open(browser, studio.address, options);
    await page.getByRole("link", { name: runs.get(experiment) ?? "" }).click();
    await page.getByRole("link", { name: /Try it|Essayer/ }).click();
    return page;
  }

  /** What Node says, as `versant predict` does. */
  async function expected(experiment: string, sample: unknown) {
    const model = await openModel(runs.get(experiment) ?? "", { ledger });
    const [answer] = model.describe(await model.predict(await model.encode([sample])));
    return answer;
  }

  const classesOf = async (experiment: string, sample: unknown): Promise<string[][]> => {
    const { probabilities } = (await expected(experiment, sample)) as ClassAnswer;
    const percent = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });
    return Object.entries(probabilities)
      .sort(([, a], [, b]) => b - a)
      .map(([name, share]) => [name, percent.format(share)]);
  };

  /** Names and numbers of the answer's table. */
  const shown = (page: Page): Promise<string[][]> =>
    page
      .getByRole("region", { name: "Answer" })
      .locator("tr")
      .evaluateAll((rows) =>
        rows.map((row) =>
          [...row.querySelectorAll("th, .number")].map((cell) => cell.textContent.trim()),
        ),
      );

  /** Draws a ring. */
  async function drawZero(page: Page): Promise<void> {
    const canvas = page.locator("canvas");
    const { x = 0, y = 0 } = (await canvas.boundingBox()) ?? {};
    const at = (turn: number) =>
      [x + 140 + 70 * Math.sin(turn), y + 140 - 90 * Math.cos(turn)] as const;
    await page.mouse.move(...at(0));
    await page.mouse.down();
    for (let step = 1; step <= 24; step++) await page.mouse.move(...at((step / 12) * Math.PI));
    await page.mouse.up();
  }

  async function fillHouse(page: Page): Promise<void> {
    await page.getByLabel("size").fill("81");
    await page.getByLabel("town").selectOption("Lynn");
    await page.getByRole("button", { name: /Answer|Répondre/ }).click();
  }

  test("a digit: drawn, or an image of it, with the answer of Node", async () => {
    const page = await tried("digits");
    await page.getByRole("img", { name: /Field to draw on/ }).waitFor();
    await drawZero(page);
    await expect.poll(async () => (await shown(page))[0]?.[0]).toBe("zero");
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByText("Nothing has been asked yet.").waitFor();

    const raw = { width: 28, height: 28, channels: 1 } as const;
    const buffer = await sharp(digit(1, 2), { raw }).png().toBuffer();
    await page
      .getByLabel("Or choose an image")
      .setInputFiles({ name: "one.png", mimeType: "image/png", buffer });
    await expect.poll(() => shown(page)).toEqual(await classesOf("digits", buffer));
    expect((await shown(page))[0]?.[0]).toBe("one");
  });

  test("a message, with words that the vocabulary has and one that it lacks", async () => {
    const page = await tried("messages");
    for (const message of ["Win FREE money", "see you at the lunch"]) {
      await page.getByRole("textbox", { name: "Message" }).fill(message);
      await page.getByRole("button", { name: "Answer" }).click();
      await expect.poll(() => shown(page)).toEqual(await classesOf("messages", message));
    }
    expect((await shown(page))[0]?.[0]).toBe("mail");
  });

  test("two numbers, one of them with a comma, and what is none", async () => {
    const page = await tried("reader");
    await page.getByLabel("1", { exact: true }).fill("0,5");
    await page.getByLabel("2", { exact: true }).fill("-0.25");
    await page.keyboard.press("Enter");
    await expect.poll(() => shown(page)).toEqual(await classesOf("reader", [0.5, -0.25]));
    await page.getByLabel("2", { exact: true }).fill("much");
    await page.keyboard.press("Enter");
    await page.getByText("predict: received 2 numbers as input, expected 2 of float32").waitFor();
  });

  test("a row of a table, and a field that is empty", async () => {
    const page = await tried("prices");
    await page.getByLabel("size").fill("81");
    await page.getByRole("button", { name: "Answer" }).click();
    await page.getByText(/inputs\[0\]\.town: received/).waitFor();
    await fillHouse(page);
    const answer = await expected("prices", { size: 81, town: "Lynn" });
    const [number = Number.NaN] = Object.values(
      (answer as { numbers: object }).numbers,
    ) as number[];
    await expect.poll(async () => Number((await shown(page))[0]?.[1])).toBeCloseTo(number, 2);
  });

  test.each([
    ["light", 1440, "digits", drawZero],
    ["dark", 360, "prices", fillHouse],
  ] as const)("%s, %d pixels wide: no serious fault", async (colorScheme, width, name, give) => {
    const viewport = { width, height: 900 };
    const page = await tried(name, { colorScheme, viewport, locale: "fr-FR" });
    await give(page);
    await page.getByRole("region", { name: "Réponse" }).getByRole("row").first().waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });
});
