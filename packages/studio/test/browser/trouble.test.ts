import { copyFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Draft } from "../../../lab/src/ledger/events.js";
import { Ledger } from "../../../lab/src/ledger/ledger.js";
import { RunLock } from "../../../lab/src/ledger/lock.js";
import { type StudioOptions, startStudio } from "../../../lab/src/studio/server.js";
import { start } from "../../../lab/test/command/process.js";
import { fixture } from "../../../lab/test/command/run.js";
import {
  endedDraft,
  epochDraft,
  makeIdentity,
  startedDraft,
  temporaryFolder,
  temporaryLedger,
} from "../../../lab/test/ledger/temporary.js";
import { searchDraft } from "../../../lab/test/studio/searchDraft.js";
import { faultsOf } from "./axe.js";
import { executablePath, open, useBrowser } from "./browser.js";
import { cableTo } from "./cable.js";

describe.runIf(executablePath)("what goes wrong", () => {
  const browser = useBrowser();

  /** The folder of a ledger that nobody has open, so that its file is all of it. */
  async function written(...drafts: readonly Draft[]): Promise<string> {
    const folder = join(temporaryFolder(), "ledger");
    const ledger = Ledger.open({ folder, identity: makeIdentity() });
    await ledger.append(drafts);
    await ledger.close();
    vi.stubEnv("VERSANT_KEYS", temporaryFolder());
    return folder;
  }

  const oneRun = () =>
    written(startedDraft("calm-otter"), epochDraft("calm-otter", 1, 0.5), endedDraft("calm-otter"));

  async function studioOver(ledger: string, options: StudioOptions = {}) {
    const studio = await startStudio({
      ...{ ledger, application: browser.application },
      ...options,
    });
    onTestFinished(() => studio.close());
    return studio;
  }

  const pageOf = (address: string, path: string): string =>
    address.replace(/\/(\?|$)/, `${path}$1`);
  const heading = (page: Page, name: string) => page.getByRole("heading", { name });

  test("a ledger that vanishes, is damaged, and is another one", {
    timeout: 30_000,
  }, async () => {
    const folder = await oneRun();
    const path = join(folder, "ledger.sqlite");
    const studio = await studioOver(folder);
    const page = await open(browser, pageOf(studio.address, "/runs/calm-otter"));
    await heading(page, "calm-otter").waitFor();
    const notice = page.getByText("the page goes on by itself when the ledger can be read");

    renameSync(folder, `${folder}.away`);
    await page.getByText(/there is no such file; train something first/).waitFor();
    await heading(page, "calm-otter").waitFor();
    renameSync(`${folder}.away`, folder);
    await notice.waitFor({ state: "detached" });

    copyFileSync(path, `${path}.copy`);
    writeFileSync(path, "x".repeat(5000));
    await page.getByText(/the file is damaged; restore it from a copy/).waitFor();
    // Who comes now is told as well, and goes on like the others.
    const late = await page.context().newPage();
    await late.goto(`${studio.url}/runs/calm-otter`);
    await late
      .getByText(/the file is damaged/)
      .first()
      .waitFor();
    copyFileSync(`${path}.copy`, path);
    await notice.waitFor({ state: "detached" });
    await heading(late, "calm-otter").waitFor();
    await late.getByText(/the file is damaged/).waitFor({ state: "detached" });

    renameSync(await written(startedDraft("other-crane")), `${folder}.other`);
    renameSync(folder, `${folder}.before`);
    renameSync(`${folder}.other`, folder);
    await page.getByText('This did not work: there is no run "calm-otter"').waitFor();
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await page.getByRole("link", { name: "other-crane" }).waitFor();
  });

  test("a studio without a ledger says so in French, and shows what comes", async () => {
    const folder = join(temporaryFolder(), "ledger");
    const studio = await studioOver(folder);
    const page = await open(browser, studio.address, { locale: "fr-FR" });
    await page.getByText(/ce fichier n’existe pas\. Ce qui est affiché le reste/).waitFor();
    const made = await oneRun();
    mkdirSync(folder);
    copyFileSync(join(made, "ledger.sqlite"), join(folder, "ledger.sqlite"));
    await page.getByText("ce fichier n’existe pas").first().waitFor({ state: "detached" });
    await page.getByRole("link", { name: "calm-otter" }).waitFor();
    await page.goto(`${studio.url}/runs/nobody`);
    await page.getByText("Échec : il n’y a pas d’exécution « nobody ».").waitFor();
    await page.goto(`${studio.url}/runs?where=foo%3E1`);
    await page.getByText("Échec : aucune exécution n’a « foo »").waitFor();
  });

  test("a browser that was away for an hour shows everything anew", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a")]);
    const lock = RunLock.take(ledger.folder, "a");
    onTestFinished(() => lock?.release());
    const steps = (first: number): Draft => ({
      ...{ type: "steps", run: "a" },
      payload: { first, stride: 1, batches: 2, mean: [2, 1], learningRate: 0.1 },
    });
    const { address } = await studioOver(ledger.folder);
    const cable = await cableTo(Number(new URL(address).port));
    const token = new URL(address).searchParams.get("token");
    const page = await open(browser, `http://127.0.0.1:${cable.port}/runs/a?token=${token}`);
    const losses = page.getByRole("slider", { name: "Loss of each step" });
    await heading(page, "a").waitFor();
    await ledger.append([steps(0)]);
    await expect.poll(() => losses.getAttribute("aria-valuenow")).toBe("2");
    await cable.cut();
    await page.getByText("The studio does not answer").waitFor();
    await ledger.append(Array.from({ length: 2100 }, (_, index) => steps(2 + 2 * index)));
    await cable.join();
    await expect.poll(() => losses.getAttribute("aria-valuenow"), { timeout: 10_000 }).toBe("4202");
    await ledger.append([steps(4202)]);
    await expect.poll(() => losses.getAttribute("aria-valuenow")).toBe("4204");
  });

  /** What somebody does whose page asks for the token of a server that was started again. */
  async function signIn(page: Page, address: string): Promise<void> {
    await page.getByLabel("Token").fill(new URL(address).searchParams.get("token") ?? "");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByRole("dialog", { name: "This browser" }).waitFor({ state: "detached" });
  }

  test("a server that was started again asks for its token, and nothing half-written is lost", async () => {
    const folder = await oneRun();
    const first = await studioOver(folder);
    const page = await open(browser, pageOf(first.address, "/runs/calm-otter"));
    await page.getByRole("button", { name: "Decide" }).click();
    await page.getByRole("textbox", { name: "Decision" }).fill("Width 40");
    await page.getByRole("textbox", { name: "Why" }).fill("As good as 80.");
    const tab = await page.context().newPage();
    await tab.goto(`${first.url}/runs`);
    await tab.getByRole("link", { name: "calm-otter" }).waitFor();
    await first.close();
    await page.getByText("The studio does not answer").waitFor();
    const port = Number(new URL(first.url).port);
    const second = await studioOver(folder, { port });
    await page.getByRole("dialog", { name: "This browser has not been let in." }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByLabel("Token").fill("wrong");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByText("that is not this studio's token.").waitFor();
    // Who lets one tab in lets in all of this browser.
    await signIn(tab, second.address);
    await page.getByRole("dialog", { name: "This browser" }).waitFor({ state: "detached" });
    expect(await page.getByRole("textbox", { name: "Decision" }).inputValue()).toBe("Width 40");
    await page.getByRole("textbox", { name: "Evidence" }).fill("nobody");
    await page.getByRole("button", { name: "Sign and record" }).click();
    await page.getByText('This did not work: there is no run "nobody"').waitFor();
    await page.getByRole("textbox", { name: "Evidence" }).fill("#1:validation.f1");
    await page.getByRole("button", { name: "Sign and record" }).click();
    await page.getByText('calm-otter has no score "validation.f1"').waitFor();
    await page.getByRole("textbox", { name: "Evidence" }).fill("#1");
    await page.getByRole("button", { name: "Sign and record" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("tab", { name: "Decisions" }).click();
    await heading(page, "Width 40").waitFor();
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("textbox", { name: "Statement" }).fill("Good.");
    await page.getByRole("button", { name: "Sign and approve" }).click();
    await page.getByText(/calm-otter cannot be approved: it has no scores on test data/).waitFor();
  });

  test("a browser that keeps no cookies is told so", async () => {
    const studio = await studioOver(await oneRun(), { token: "open sesame" });
    const page = await open(browser, "about:blank", { locale: "fr-FR" });
    await page.route("**/api/session", async (route) => {
      const response = await route.fetch();
      const { "set-cookie": _cookie, ...headers } = response.headers();
      // What the test itself fetches leaves its cookie in the browser.
      await page.context().clearCookies();
      await route.fulfill({ response, headers });
    });
    await page.goto(studio.url);
    const enter = async (token: string): Promise<void> => {
      await page.getByLabel("Jeton").fill(token);
      await page.getByRole("button", { name: "Entrer" }).click();
    };
    await enter("sesame");
    await page.getByText("ce jeton n’est pas celui de ce studio").waitFor();
    await enter("open sesame");
    await page.getByText("ce navigateur n’a pas gardé le cookie").waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });

  test("a key that cannot be used: the page shows, and offers nothing to sign", async () => {
    const folder = await oneRun();
    const keys = temporaryFolder();
    writeFileSync(join(keys, "ed25519.pem"), "no key", { mode: 0o600 });
    vi.stubEnv("VERSANT_KEYS", keys);
    const page = await open(
      browser,
      pageOf((await studioOver(folder)).address, "/runs/calm-otter"),
    );
    await heading(page, "calm-otter").waitFor();
    expect(await page.getByRole("button", { name: /Decide|Tags|Approve/ }).count()).toBe(0);
  });

  test("a search whose process is gone is shown as killed", async () => {
    const folder = await written(searchDraft("line-search"));
    const lock = RunLock.take(folder, "line-search");
    const page = await open(browser, pageOf((await studioOver(folder)).address, "/searches"));
    await page.locator(".state", { hasText: "running" }).waitFor();
    const other = await page.context().newPage();
    await other.goto(`${new URL(page.url()).origin}/searches/line-search`);
    await other.locator(".state", { hasText: "running" }).waitFor();
    lock?.release();
    for (const each of [page, other]) await each.locator(".state", { hasText: "killed" }).waitFor();
  });

  test("two who steer at once see both, and a process that is killed", {
    timeout: 60_000,
  }, async () => {
    const folder = temporaryFolder();
    const ledger = temporaryLedger(join(folder, "ledger"));
    const environment = { VERSANT_LEDGER: ledger.folder, VERSANT_KEYS: join(folder, "keys") };
    vi.stubEnv("VERSANT_KEYS", environment.VERSANT_KEYS);
    const train = () => {
      const flags = ["--epochs", "100000", "--rest", "5", "--log", "plain"];
      const training = start(folder, ["train", fixture("patient.ts"), ...flags], environment);
      onTestFinished(() => void training.child.kill("SIGKILL"));
      return training;
    };
    const training = train();
    const studio = await studioOver(ledger.folder, { host: "0.0.0.0", token: "open sesame" });
    const { port } = new URL(studio.url);
    const enter = async (): Promise<Page> => {
      const page = await open(browser, `http://127.0.0.1:${port}/`);
      await page.getByLabel("Token").fill("open sesame");
      await page.getByRole("button", { name: "Enter" }).click();
      await page.getByRole("row").filter({ hasText: "#1" }).getByRole("link").click();
      await page.getByRole("button", { name: "Pause" }).waitFor();
      return page;
    };
    const [one, two] = [await enter(), await enter()];
    const killed = train();
    const write = async (page: Page, button: string, why: string): Promise<void> => {
      await page.getByRole("button", { name: button, exact: true }).click();
      await page.getByRole("textbox", { name: "Why" }).fill(why);
    };
    const send = (page: Page) => page.getByRole("button", { name: "Sign and send" }).click();
    await write(one, "Pause", "The machine is needed.");
    await write(two, "Change the rate", "The loss swings.");
    await two.getByLabel("New learning rate").fill("0.0025");
    await Promise.all([send(one), send(two)]);
    for (const page of [one, two]) {
      await page.getByText(/^Paused after step .*The machine is needed\./).waitFor();
      await page.getByText(/^Rate changed after step .*The loss swings\./).waitFor();
      await page.getByRole("button", { name: "Resume" }).waitFor();
    }
    // Both want to go on, and each is heard; then one stops what rests.
    await write(one, "Resume", "It is free again.");
    await write(two, "Resume", "I saw it, too.");
    await Promise.all([send(one), send(two)]);
    for (const page of [one, two])
      await expect.poll(() => page.getByText(/^Resumed after/).count()).toBe(2);
    await write(one, "Pause", "Once more.");
    await write(two, "Pause", "And I.");
    await Promise.all([send(one), send(two)]);
    await one.getByText(/^Paused after step .*And I\./).waitFor();
    await write(two, "Stop", "Enough.");
    await write(one, "Stop", "Too late.");
    await send(two);
    for (const page of [one, two]) {
      await page.locator(".run-head .state", { hasText: "stopped" }).waitFor();
    }
    await training.finished;
    await send(one);
    await one.getByText(/has ended meanwhile \(stopped\): only a training that runs/).waitFor();
    await one.getByRole("button", { name: "Cancel" }).click();

    await one.goto(`http://127.0.0.1:${port}/runs`);
    await one.getByRole("row").filter({ hasText: "#2" }).getByRole("link").click();
    await write(one, "Pause", "It is to wait.");
    killed.child.kill("SIGKILL");
    await one.locator(".run-head .state", { hasText: "killed" }).waitFor();
    await send(one);
    await one.getByText(/the process that trained .* is gone/).waitFor();
    const asked = await ledger.events({ types: ["steer.requested"] });
    expect(asked).toHaveLength(7);
  });
});
