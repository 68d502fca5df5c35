import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { startStudio } from "../../../lab/src/studio/server.js";
import { start } from "../../../lab/test/command/process.js";
import { fixture } from "../../../lab/test/command/run.js";
import { temporaryFolder, temporaryLedger } from "../../../lab/test/ledger/temporary.js";
import { buildApplication, executablePath, launch, open } from "./browser.js";

describe.runIf(executablePath)("a training that is watched", () => {
  let browser: Browser;
  let application: string;

  beforeAll(async () => {
    [browser, application] = await Promise.all([launch(), buildApplication()]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(application, { recursive: true, force: true });
  });

  test("is seen as it goes, steered, decided about and compared", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const ledger = temporaryLedger(join(folder, "ledger"));
    const environment = { VERSANT_LEDGER: ledger.folder, VERSANT_KEYS: join(folder, "keys") };
    vi.stubEnv("VERSANT_KEYS", environment.VERSANT_KEYS);
    const train = (...flags: readonly string[]) =>
      start(folder, ["train", fixture("patient.ts"), "--log", "plain", ...flags], environment);
    await train("--epochs", "3").finished;
    const running = train("--epochs", "100000", "--rest", "2");
    onTestFinished(() => void running.child.kill("SIGKILL"));
    const studio = await startStudio({ ledger: ledger.folder, application });
    onTestFinished(() => studio.close());

    const page = await open(browser, studio.address);
    await page.getByRole("row").filter({ hasText: "#2" }).getByRole("link").click();
    const losses = page.getByRole("slider", { name: "Loss of each step" });
    const step = async (): Promise<number> => Number(await losses.getAttribute("aria-valuenow"));
    const first = await step();
    await expect.poll(step, { timeout: 10_000 }).toBeGreaterThan(first);

    const ask = async (button: string, why: string, fill?: () => Promise<void>): Promise<void> => {
      await page.getByRole("button", { name: button, exact: true }).click();
      await fill?.();
      await page.getByRole("textbox", { name: "Why" }).fill(why);
      await page.getByRole("button", { name: "Sign and send" }).click();
    };
    await ask("Pause", "The machine is needed.");
    await page.getByText(/^Paused after step/).waitFor();
    await ask("Resume", "It is free again.");
    await page.getByText(/^Resumed after step/).waitFor();
    await ask("Change the rate", "The loss swings.", () =>
      page.getByLabel("New learning rate").fill("0.0025"),
    );
    await page.getByText(/^Rate changed after step/).waitFor();
    await page.getByRole("button", { name: "Decide" }).click();
    await page.getByRole("textbox", { name: "Decision" }).fill("A quarter of the rate");
    await page.getByRole("textbox", { name: "Why" }).fill("The loss swung.");
    await page.getByRole("button", { name: "Sign and record" }).click();
    await page.getByRole("tab", { name: "Decisions" }).click();
    await page.getByRole("heading", { name: "A quarter of the rate" }).waitFor();
    await ask("Stop", "It learns nothing more.");
    await page.locator(".run-head .state", { hasText: "stopped" }).waitFor();
    await running.finished;

    const events = await ledger.events({ types: ["steer.applied", "decision"] });
    expect(
      events.map(({ type, payload }) => ("action" in payload ? payload.action : type)),
    ).toEqual(["pause", "resume", "learningRate", "decision", "stop"]);
    await page.goto(`${studio.url}/compare?a=%231&b=%232`);
    await page.getByRole("row").filter({ hasText: "epochs" }).first().waitFor();
    await page.getByRole("slider", { name: "train.loss" }).waitFor();
  });
});
