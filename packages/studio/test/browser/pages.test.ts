import type { Page } from "playwright-core";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { faultsOf } from "./axe.js";
import { executablePath, open, useBrowser } from "./browser.js";
import { FakeServer } from "./fakeServer.js";
import { detailOf, hostile } from "./ledger.js";

describe.runIf(executablePath)("pages in a browser", () => {
  const browser = useBrowser();
  let server: FakeServer;
  let origin: string;

  beforeEach(async () => {
    server = new FakeServer(browser.application);
    origin = await server.listen();
    onTestFinished(() => server.close());
  });

  const tables = (page: Page) => page.getByRole("grid");
  const row = (page: Page, text: string | RegExp) =>
    page.getByRole("row").filter({ hasText: text });

  /** Two more losses of the live run. */
  const sendSteps = (sequence: number, first: number): void =>
    server.send(
      "steps",
      {
        ...{ sequence, run: "live-run", time: new Date().toISOString(), type: "steps" },
        ...{ hash: "", signature: "", previous: "", actor: { name: "Ada", key: "" } },
        payload: { first, stride: 1, batches: 2, mean: [0.5, 0.25], learningRate: 1e-4 },
      },
      sequence,
    );

  test("ten thousand runs scroll, and only those in sight are asked for and drawn", async () => {
    const page = await open(browser, `${origin}/runs`);
    await page.getByText("10,000 runs").waitFor();
    await row(page, "#10000").waitFor();
    await page.locator(".grid").evaluate((element) => {
      element.scrollTop = element.scrollHeight / 2;
    });
    await row(page, "#5000").first().waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(60);
    expect(server.asked.filter((each) => each.startsWith("/api/runs?")).length).toBeLessThan(5);
    await tables(page).focus();
    await page.keyboard.press("End");
    await row(page, "live-run").waitFor();
    expect(await tables(page).getAttribute("aria-rowcount")).toBe("10001");
  });

  test("filters and the order stand in the address, and are asked of the server", async () => {
    const page = await open(browser, `${origin}/runs`);
    await page.getByLabel("State", { exact: true }).selectOption("failed");
    await page.getByText("1,667 runs").waitFor();
    await page.getByRole("button", { name: "validation.loss" }).click();
    await page.getByRole("columnheader", { name: "validation.loss" }).waitFor();
    await page.getByLabel("Condition").fill("what");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText("A condition is a field").waitFor();
    await page.getByLabel("Condition").fill(" experiment = spam ");
    await page.getByRole("button", { name: "Add" }).click();
    await expect
      .poll(() => new URL(page.url()).searchParams.toString())
      .toBe(
        new URLSearchParams([
          ["sort", "validation.loss"],
          ["order", "desc"],
          ["where", "state=failed"],
          ["where", "experiment=spam"],
        ]).toString(),
      );
    await expect
      .poll(() => tables(page).getAttribute("aria-label"))
      .toBe("Runs. Sorted by validation.loss, descending");
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByLabel("Search").first().fill("live-run");
    await page.getByText("1 run", { exact: true }).waitFor();
    await page.getByLabel("Search").first().fill("no such run");
    await page.getByText("No run satisfies these conditions.").waitFor();
  });

  test("columns are chosen, and the choice is kept", async () => {
    const page = await open(browser, `${origin}/runs`);
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Seed" }).check();
    await page.getByRole("columnheader", { name: "Seed" }).waitFor();
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByRole("columnheader", { name: "Seed" }).waitFor();
  });

  test("by keyboard: two runs are selected and compared", async () => {
    const page = await open(browser, `${origin}/runs`);
    await row(page, "#10000").waitFor();
    await tables(page).focus();
    for (const key of [" ", "ArrowDown", " "]) await page.keyboard.press(key);
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("c");
    await page.getByRole("heading", { name: "Compare" }).waitFor();
    await page.getByText("3 differences").waitFor();
    const lacking = page.getByRole("row", { name: "dropout" }).getByRole("cell");
    expect(await lacking.allTextContents()).toEqual(["0.5", "none"]);
    expect(await page.title()).toBe("Compare · Versant");
    expect(await page.getByRole("slider").count()).toBe(6);
    // Looking closer asks for both runs.
    const chart = page.getByRole("slider").first();
    await chart.scrollIntoViewIfNeeded();
    const { x = 0, y = 0 } = (await chart.boundingBox()) ?? {};
    await page.mouse.move(x + 150, y + 100);
    await page.mouse.down();
    await page.mouse.move(x + 200, y + 100, { steps: 4 });
    await page.mouse.up();
    const finer = () => server.asked.filter((each) => each.includes("names=validation.loss&from="));
    await expect.poll(() => new Set(finer().map((each) => each.split("/")[3])).size).toBe(2);
  });

  test("a live run shows points and events as they come, and goes on after a break", async () => {
    const page = await open(browser, `${origin}/runs/live-run`);
    const losses = page.getByRole("slider", { name: "Loss of each step" });
    await losses.waitFor();
    await expect.poll(() => server.listeners).toBe(1);
    sendSteps(101, 1200);
    await expect.poll(() => losses.getAttribute("aria-valuenow")).toBe("1202");
    await page.getByText("1e-4").first().waitFor();
    const port = Number(new URL(origin).port);
    await server.close();
    await page.getByText("The studio does not answer").waitFor();
    server = new FakeServer(browser.application);
    await server.listen(port);
    onTestFinished(() => server.close());
    await expect.poll(() => server.listeners, { timeout: 10_000 }).toBe(1);
    sendSteps(102, 1202);
    await expect.poll(() => losses.getAttribute("aria-valuenow")).toBe("1204");
    expect(server.asked.some((each) => each.includes("after=101"))).toBe(true);
  });

  test("a part of a curve that is looked at closer has finer points, also while the run goes on", async () => {
    const page = await open(browser, `${origin}/runs/live-run`);
    const losses = page.getByRole("slider", { name: "Loss of each step" });
    const { x = 0, y = 0, width = 0 } = (await losses.boundingBox()) ?? {};
    const at = (share: number) => [x + 60 + share * (width - 90), y + 100] as const;
    const pointed = async (share: number): Promise<number> => {
      await page.mouse.move(...at(share));
      return Number(await losses.getAttribute("aria-valuenow"));
    };
    // What the fake server has is a point every four steps.
    expect((await pointed(0.5)) % 4).toBe(0);
    await page.mouse.move(...at(0.5));
    await page.mouse.down();
    await page.mouse.move(...at(0.52), { steps: 4 });
    await page.mouse.up();
    const asked = () => server.asked.filter((each) => each.includes("names=step.loss&from="));
    await expect.poll(() => asked().length).toBe(1);
    const query = new URL(asked()[0] ?? "", origin).searchParams;
    const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
    expect(to - from).toBeLessThan(60);
    const stepsInSight = async (): Promise<number> => {
      const steps = new Set<number>();
      for (let share = 0; share < 1; share += 0.02) steps.add(await pointed(share));
      return [...steps].filter((step) => step >= from && step <= to).length;
    };
    await expect.poll(stepsInSight).toBeGreaterThan((to - from) / 2);
    await expect.poll(() => server.listeners).toBe(1);
    sendSteps(101, 1200);
    await expect.poll(() => losses.getAttribute("aria-valuemax")).toBe("1202");
    expect(await stepsInSight()).toBeGreaterThan((to - from) / 2);
    await page.mouse.dblclick(...at(0.5));
    expect(await pointed(0.97)).toBeGreaterThan(1100);
    expect((await pointed(0.5)) % 4).toBe(0);
    expect(asked().length).toBe(1);
  });

  test("steering asks for the reason, and says what became of it", async () => {
    const page = await open(browser, `${origin}/runs/live-run`);
    await page.getByRole("button", { name: "Change the rate" }).click();
    await page.getByRole("button", { name: "Sign and send" }).click();
    await page.getByText("Write a number above 0").waitFor();
    await page.getByText("Write why.").waitFor();
    await page.getByLabel("New learning rate").fill("0,0005");
    await page.getByLabel("Why").fill("It swings.");
    await page.getByRole("button", { name: "Sign and send" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(server.posted).toEqual([
      {
        path: "/api/runs/live-run/steer",
        body: { action: "learningRate", value: 0.0005, why: "It swings." },
      },
    ]);
  });

  test("a decision is written with what it changed", async () => {
    const page = await open(browser, `${origin}/runs/live-run`);
    await page.getByRole("button", { name: "Decide" }).click();
    await page.getByRole("textbox", { name: "Decision" }).fill("Width 40");
    await page.getByLabel("Why").fill("As good as 80.");
    await page.getByLabel("Before").fill("80");
    await page.getByRole("button", { name: "Sign and record" }).click();
    await page.getByText("Fill in both, or neither.").waitFor();
    await page.getByLabel("Now").fill("40");
    await page.getByRole("button", { name: "Sign and record" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(server.posted[0]?.body).toEqual({
      ...{ title: "Width 40", why: "As good as 80.", from: "80", to: "40" },
      ...{ alternatives: [], evidence: ["#1"] },
    });
  });

  test("the log has epochs and events, chosen by kind and by word", async () => {
    const page = await open(browser, `${origin}/runs/live-run`);
    await page.getByRole("tab", { name: "Log" }).click();
    const lines = page.getByRole("list", { name: "Events" }).getByRole("listitem");
    await expect.poll(() => lines.count()).toBe(17);
    await page.getByRole("button", { name: "epochs" }).click();
    await expect.poll(() => lines.count()).toBe(12);
    await page.getByRole("searchbox", { name: "Filter the log" }).fill("STEP 700");
    await expect.poll(() => lines.count()).toBe(1);
    await page.getByText(/epoch 7/).waitFor();
    await page.getByRole("button", { name: "events" }).click();
    await page.getByText("Rate changed: 3e-4 after step 700.").waitFor();
    await page.getByRole("searchbox").fill("nothing of the kind");
    await page.getByText("No line holds this.").waitFor();
  });

  test("the tab of a run stands in the address", async () => {
    const page = await open(browser, `${origin}/runs/live-run?tab=settings`);
    await page.getByRole("cell", { name: "command line" }).waitFor();
    await page.getByRole("tab", { name: "Checkpoints" }).click();
    await page
      .getByText(/^Epoch \d+, step [\d,]+$/)
      .first()
      .waitFor();
    expect(new URL(page.url()).search).toBe("?tab=checkpoints");
    await page.getByRole("tab", { name: "Curves" }).click();
    expect(new URL(page.url()).search).toBe("");
  });

  test("a click on a curve shows what stands behind the point", async () => {
    const page = await open(browser, `${origin}/runs/live-run`);
    await page
      .locator(".plot .u-over")
      .first()
      .click({ position: { x: 200, y: 80 } });
    await page.getByText(/Behind the point at step/).waitFor();
    await page.getByText("Commit bbbbbbbbbb with changes since").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    const loss = page.getByRole("slider", { name: "Loss", exact: true });
    await loss.focus();
    for (const key of ["Home", "ArrowRight", "Enter"]) await page.keyboard.press(key);
    await page.getByText("Behind the point at step 200").waitFor();
  });

  test("a point from where validation gets worse is marked", async () => {
    const { run } = detailOf(server.rows.at(-2) ?? (server.rows[0] as never));
    const page = await open(browser, `${origin}/runs/${run.id}`);
    await page.getByText(/Since step 1,300 the validation loss rises/).waitFor();
  });

  test("hostile texts are shown as they are", async () => {
    const page = await open(browser, `${origin}/runs?search=-3`);
    await page.getByLabel("Tag").selectOption(hostile);
    await page.getByText("1 run", { exact: true }).waitFor();
    await page.getByRole("gridcell", { name: hostile }).waitFor();
    expect(await page.evaluate("globalThis.harmed")).toBeUndefined();
    expect(await page.locator(".grid img").count()).toBe(0);
  });

  test("without a token the page asks for it", async () => {
    server.isOpen = false;
    const page = await open(browser, origin);
    await page.getByLabel("Token").fill("abc");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByText("10,000 runs").waitFor();
    expect(server.posted[0]).toEqual({ path: "/api/session", body: { token: "abc" } });
  });

  test("a run and a page that are not there", async () => {
    const page = await open(browser, `${origin}/runs/nobody`);
    await page.getByText("This did not work: There is no /api/runs/nobody.").waitFor();
    await page.goto(`${origin}/nowhere/at/all`);
    await page.getByRole("link", { name: "To all runs" }).click();
    await page.getByText("10,000 runs").waitFor();
  });

  test("theme and language are chosen, and kept", async () => {
    const page = await open(browser, origin, { locale: "fr-FR", colorScheme: "dark" });
    await page.getByRole("heading", { name: "Exécutions" }).waitFor();
    const paper = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect(await paper()).toBe("rgb(20, 23, 26)");
    await page.getByRole("button", { name: "Affichage" }).click();
    await page.getByRole("button", { name: "Clair" }).click();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Runs" }).waitFor();
    expect(await paper()).toBe("rgb(251, 251, 249)");
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  describe.each([
    ["light", 1440],
    ["dark", 360],
  ] as const)("%s, %d pixels wide", (colorScheme, width) => {
    test.each([
      ["runs", "/runs", "amber-lynx-10000"],
      ["run", "/runs/live-run", "Loss of each step"],
      ["compare", "/compare?a=live-run&b=%232", "Loss of each step"],
    ])("%s: no serious fault, nothing beside the page", async (_, path, text) => {
      const viewport = { width, height: 900 };
      const page = await open(browser, origin + path, {
        ...{ colorScheme, viewport, reducedMotion: "reduce" },
      });
      await page.getByText(text).first().waitFor();
      expect(await faultsOf(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    });
  });
});
