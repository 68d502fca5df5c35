import { Ledger } from "versant/ledger";
import { fillRuns, nameOf } from "./manyRuns.mjs";
import { median } from "./rankTest.mjs";

const openings = 5;
const rounds = 3;

/** Runs with tags among the others. */
export async function fillLists(count) {
  const ledger = Ledger.open();
  await fillRuns(ledger, count);
  const known = await ledger.events({ types: ["tagged"] });
  if (known.length === 0) {
    const tags = ["baseline", "wide", "deep"];
    const tagged = Array.from({ length: count / 10 }, (_, index) => ({
      type: "tagged",
      run: nameOf(10 * index),
      payload: { added: [tags[index % tags.length]], removed: [] },
    }));
    await ledger.append(tagged);
  }
  ledger.database.connection.exec("pragma wal_checkpoint(truncate)");
  await ledger.close();
}

/** Written into the page: when rows first had text, and what each frame showed. */
const observer = `(() => {
  const first = () => document.querySelector('[role="grid"] tbody tr a')?.textContent;
  const look = () => {
    if (!first()) return requestAnimationFrame(look);
    // Before the next frame these rows are painted.
    requestAnimationFrame((now) => { globalThis.firstRows = now; });
  };
  look();
  globalThis.frames = [];
  globalThis.begun = 0;
  for (const type of ["change", "input", "click"]) {
    addEventListener(type, ({ timeStamp }) => { globalThis.begun = timeStamp; }, true);
  }
  const watch = (now) => {
    const count = document.querySelector(".page-head [role=status]")?.textContent ?? "";
    globalThis.frames.push([now, first() ?? "", Number(count.replaceAll(/[^0-9]/g, ""))]);
    requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
})()`;

/** Milliseconds until the first rows are painted, each time in a browser that has seen nothing of it. */
export async function openingTimes(browser, address) {
  const times = [];
  for (let opening = 0; opening < openings; opening++) {
    const page = await opened(browser, address);
    times.push(await firstRows(page));
    await page.context().close();
  }
  return times;
}

async function opened(browser, address) {
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  await page.addInitScript(observer);
  await page.goto(address);
  return page;
}

/** When the first rows were painted, in milliseconds since the page was asked for. */
const firstRows = (page) =>
  page.evaluate(`new Promise((resolve) => {
    const look = () =>
      globalThis.firstRows ? resolve(globalThis.firstRows) : requestAnimationFrame(look);
    look();
  })`);

const select = (label) => (value) => (page) =>
  page.getByLabel(label, { exact: true }).selectOption(value);
const condition = (text) => async (page) => {
  await page.getByLabel("Condition").fill(text);
  await page.getByRole("button", { name: "Add" }).click();
};
const sort = (name) => (page) =>
  page.getByRole("columnheader", { name }).getByRole("button").click();

/** What people do to narrow a list, a few of each kind; each begins with the whole list. */
const filters = {
  state: ["stopped", "completed", "stopped"].map(select("State")),
  experiment: ["fashion", "digits", "fashion"].map(select("Experiment")),
  tag: ["baseline", "wide", "deep"].map(select("Tag")),
  search: ["0042", "fashion", "digits-09"].map(
    (text) => (page) => page.getByLabel("Search").first().fill(text),
  ),
  condition: ["test.accuracy>=0.976", "width=64", "learningRate<0.001"].map(condition),
  sort: ["test.accuracy", "validation.loss", "learningRate"].map(sort),
};

/** Milliseconds from the event to the frame in which the rows are painted, by kind of filter. */
export async function filterTimes(browser, studio) {
  const page = await opened(browser, studio.address);
  await firstRows(page);
  const whole = page.url();
  const times = Object.fromEntries(Object.keys(filters).map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [kind, actions] of Object.entries(filters)) {
      for (const act of actions) {
        times[kind].push(await timeOf(page, act, studio));
        await page.goto(whole);
        await firstRows(page);
        await page.waitForTimeout(300);
      }
    }
  }
  await page.context().close();
  return times;
}

async function timeOf(page, act, studio) {
  await page.evaluate("void (globalThis.frames = [])");
  await act(page);
  // Who writes is waited for; the time is counted by the frames, not by this.
  await page.waitForTimeout(800);
  const { begun, frames } = await page.evaluate("({ begun, frames })");
  const { search } = new URL(page.url());
  const { rows, total } = await studio.json(`/api/runs${search || "?"}&limit=1&sparklines=no`);
  const drawn = frames.findIndex(
    ([, first, count]) => first.startsWith(rows[0].id) && count === total,
  );
  const painted = frames[drawn + 1];
  if (drawn < 0 || !painted) throw new Error(`${page.url()} was not drawn`);
  return painted[0] - begun;
}

export const summary = (times) => ({ typical: median(times), worst: Math.max(...times) });
