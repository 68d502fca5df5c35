import type { Page } from "playwright-core";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { faultsOf } from "./axe.js";
import { executablePath, open, useBrowser } from "./browser.js";
import { FakeServer } from "./fakeServer.js";
import { searchOf, trialOf } from "./searches.js";

describe.runIf(executablePath)("searches, and runs as pictures", () => {
  const browser = useBrowser();
  let server: FakeServer;
  let origin: string;

  beforeEach(async () => {
    server = new FakeServer(browser.application, 3000);
    origin = await server.listen();
    onTestFinished(() => server.close());
  });

  const picture = (page: Page, name: string) => page.getByRole("slider", { name });
  const textOf = (page: Page, name: string) =>
    picture(page, name).first().getAttribute("aria-valuetext");

  test("a search is found in the list, and its best trial's command copied", async () => {
    const page = await open(browser, `${origin}/searches`, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.getByText("13 trials on the Pareto front").waitFor();
    await page.getByRole("link", { name: "one-end" }).click();
    await page.getByRole("heading", { name: "one-end" }).waitFor();
    await page.getByText("80 of 120 (55 completed, 18 pruned, 7 failed)").waitFor();
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
      searchOf("one-end", 80).commands[0],
    );
  });

  test("trials appear as they end", async () => {
    const page = await open(browser, `${origin}/searches/one-end`);
    await expect.poll(() => textOf(page, "History")).toBe("80 points");
    await expect.poll(() => server.listeners).toBe(1);
    expect(server.asked.some((each) => each === "/api/stream?run=one-end")).toBe(true);
    server.searches.set("one-end", 81);
    server.send(
      "event",
      {
        ...{ sequence: 900, run: "one-end", time: new Date().toISOString(), type: "search.trial" },
        ...{ hash: "", signature: "", previous: "", actor: { name: "Ada", key: "" } },
        payload: trialOf(81, false),
      },
      900,
    );
    await expect.poll(() => textOf(page, "History"), { timeout: 5000 }).toBe("81 points");
  });

  test("by keyboard: points are read and opened, parts of axes narrow the trials", async () => {
    const page = await open(browser, `${origin}/searches/one-end`);
    const rate = picture(page, "learningRate, from");
    await rate.focus();
    for (let press = 0; press < 10; press++) await page.keyboard.press("ArrowUp");
    expect(await rate.getAttribute("aria-valuetext")).toBe("0.001");
    const fast = searchOf("one-end", 80).trials.filter(
      ({ values }) => Number(values.learningRate) >= 1e-3,
    );
    await page.getByText(`${fast.length} of 80`).first().waitFor();
    await picture(page, "optimizer, to").press("ArrowDown");
    expect(await textOf(page, "optimizer, to")).toBe("adam");
    const both = fast.filter(({ values }) => values.optimizer !== "rmsprop");
    await page.getByText(`${both.length} of 80`).first().waitFor();
    await rate.press("Delete");
    await page.getByRole("button", { name: "Whole axes" }).click();
    await page.getByText("80 of 80").first().waitFor();
    await picture(page, "History").focus();
    for (const key of ["End", "ArrowLeft"]) await page.keyboard.press(key);
    expect(await textOf(page, "History")).toMatch(
      /^Trial 79 \(pruned\), Trial 79, validation.loss/,
    );
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).pathname).toBe("/runs/amber-otter-79");
  });

  test("by mouse: a part is dragged, moved at its end, and taken back by a click", async () => {
    const page = await open(browser, `${origin}/searches/one-end`);
    const strip = page.locator(".strip").nth(1);
    await strip.scrollIntoViewIfNeeded();
    const box = await strip.boundingBox();
    if (!box) throw new Error("the axis is not drawn");
    const drag = async (from: number, to: number) => {
      const x = box.x + box.width / 2;
      await page.mouse.move(x, box.y + box.height * from);
      await page.mouse.down();
      await page.mouse.move(x, box.y + box.height * to, { steps: 4 });
      await page.mouse.up();
    };
    const ends = () =>
      Promise.all(["from", "to"].map((end) => textOf(page, `learningRate, ${end}`)));
    await drag(0.5, 0.75);
    await expect.poll(ends).toEqual(["1e-4", "0.001"]);
    await drag(0.5, 0.25);
    await expect.poll(ends).toEqual(["1e-4", "0.01"]);
    await drag(0.9, 0.9);
    await page.getByText("80 of 80").first().waitFor();
  });

  test("the Pareto front's trials are shown one by one", async () => {
    const page = await open(browser, `${origin}/searches/many-ends`);
    const { best } = searchOf("many-ends", 60).search;
    const last = best.at(-1);
    await page.getByLabel("Pareto front", { exact: true }).selectOption(`${best.length - 1}`);
    await page
      .getByRole("link", { name: `${last?.run}` })
      .first()
      .waitFor();
    await picture(page, "Pareto front").focus();
    await page.keyboard.press("Home");
    expect(await textOf(page, "Pareto front")).toContain("parameters");
  });

  test("runs: all that the list has are drawn, some are selected by their values", async () => {
    const page = await open(browser, `${origin}/runs`);
    await page.getByRole("button", { name: "Scatter" }).click();
    await expect.poll(() => textOf(page, "Scatter")).toBe("3000 points");
    await page.getByLabel("Vertical").selectOption("validation.loss");
    await page.getByLabel("State", { exact: true }).selectOption("failed");
    await expect.poll(() => textOf(page, "Scatter")).toBe("500 points");
    expect(new URL(page.url()).searchParams.toString()).toBe(
      "view=scatter&y=validation.loss&where=state%3Dfailed",
    );
    await page.getByRole("button", { name: "Parallel" }).click();
    await page.getByText("500 of 500").waitFor();
    await picture(page, "learningRate, from").press("End");
    await page.getByRole("button", { name: "Select these 100" }).click();
    await page.getByText("100 selected").waitFor();
    await page.getByRole("button", { name: "selected", exact: true }).click();
    await page.getByText("100 of 100").waitFor();
  });

  test("runs: an axis spans what the list has, and a part of it stays while runs go on", async () => {
    const page = await open(browser, `${origin}/runs?view=parallel`);
    const end = picture(page, "hidden, to");
    const reach = () => end.getAttribute("aria-valuetext");
    await page.getByText("3,000 of 3,000").waitFor();
    expect(await reach()).toBe("120");
    await page.getByRole("searchbox").fill("baseline");
    await page.getByText("750 of 750").waitFor();
    expect(await reach()).toBe("100");
    await end.press("ArrowDown");
    expect(await reach()).toBe("96");
    await page.getByText("500 of 750").waitFor();
    const row = server.rows.find(
      ({ tags, hyperparameters }) => tags.includes("baseline") && hyperparameters.hidden === 20,
    );
    if (!row) throw new Error("Expected a run of 20 units.");
    await expect.poll(() => server.listeners).toBeGreaterThan(0);
    server.send("state", { ...row, hyperparameters: { ...row.hyperparameters, hidden: 500 } }, 300);
    await page.getByText("499 of 750").waitFor();
    expect(await reach()).toBe("96");
    await end.press("Delete");
    expect(await reach()).toBe("500");
  });

  test.each([
    ["searches", "/searches", "one-end", "light", 1440],
    ["one objective", "/searches/one-end", "amber-otter-77", "dark", 360],
    ["two objectives", "/searches/many-ends", "13 trials on the Pareto front", "light", 1440],
    ["runs in parallel", "/runs?view=parallel", "3,000 of 3,000", "dark", 360],
    ["runs scattered", "/runs?view=scatter", "Horizontal", "light", 1440],
  ] as const)("%s: no serious fault, nothing beside the page", async (...given) => {
    const [, path, text, colorScheme, width] = given;
    const page = await open(browser, origin + path, {
      ...{ colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" },
    });
    await page.getByText(text).first().waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });
});
