import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Ledger } from "versant/ledger";
import { RunLock } from "../../packages/lab/dist/ledger/lock.js";
import { fillLongRun, longRun, stretchOf } from "./manyRuns.mjs";
import { processorSeconds, residentMegabytes } from "./processes.mjs";

/** A training of small batches writes as often. */
const writeEvery = 250;
const batches = 250;
const batchesOfEpoch = 1000;

if (process.argv[1] === fileURLToPath(import.meta.url)) await write();

/** Goes on with the run as a training does, until it is told to end. */
async function write() {
  const ledger = Ledger.open();
  const lock = RunLock.take(ledger.folder, longRun);
  process.once("SIGTERM", () => {
    lock.release();
    process.exit();
  });
  for (let step = 1_000_000; ; step += batches) {
    const drafts = [stretchOf(step, batches)];
    if (step % batchesOfEpoch === 0) drafts.push(epochAt(step + batches));
    await ledger.append(drafts, { synced: false });
    await new Promise((resolve) => setTimeout(resolve, writeEvery));
  }
}

function epochAt(step) {
  const loss = 1000 / step;
  const payload = {
    ...{ epoch: Math.floor(step / batchesOfEpoch), step, seconds: 1, learningRate: 0.001 },
    ...{ train: { loss, accuracy: 1 - loss }, validation: { loss, accuracy: 1 - loss } },
  };
  return { type: "epoch", run: longRun, payload };
}

/** Memory of the page of the long run, and which share of a core each process took over so many seconds. */
export async function liveCosts(browser, studio, seconds) {
  const ledger = Ledger.open();
  await fillLongRun(ledger);
  await ledger.close();
  const writer = spawn(process.execPath, [fileURLToPath(import.meta.url)], { stdio: "inherit" });
  try {
    const context = await browser.newContext({ locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(studio.address);
    await page.getByRole("link", { name: longRun }).click();
    const losses = page.getByRole("slider", { name: "Loss of each step" });
    await losses.waitFor();
    // What is compiled and laid out once is no part of what it costs to go on.
    await page.waitForTimeout(10_000);
    const processes = await processesOf(browser, studio);
    const times = () =>
      Object.entries(processes).map(([name, pid]) => [name, processorSeconds(pid)]);
    const [before, started] = [Object.fromEntries(times()), performance.now()];
    const first = Number(await losses.getAttribute("aria-valuenow"));
    await page.waitForTimeout(1000 * seconds);
    const elapsed = (performance.now() - started) / 1000;
    const shares = Object.fromEntries(
      times().map(([name, time]) => [name, (time - before[name]) / elapsed]),
    );
    const points = Number(await losses.getAttribute("aria-valuenow"));
    if (points <= first) throw new Error("the page did not go on");
    const resident = residentMegabytes(processes.page);
    const heap = await heapOf(context, page);
    return { resident, heap, shares, points };
  } finally {
    writer.kill();
  }
}

async function processesOf(browser, studio) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  // The page's own is the one that has worked most.
  const [page] = processInfo
    .filter(({ type }) => type === "renderer")
    .sort((a, b) => b.cpuTime - a.cpuTime);
  const others = processInfo.filter(({ type }) => type !== "renderer");
  return {
    page: page.id,
    server: studio.child.pid,
    ...Object.fromEntries(others.map(({ type, id }, index) => [`Chromium, ${type} ${index}`, id])),
  };
}

async function heapOf(context, page) {
  const session = await context.newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 1e6;
}
