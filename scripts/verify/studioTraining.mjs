import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processorSeconds } from "./processes.mjs";
import { median } from "./rankTest.mjs";
import { openStudio } from "./studioProcess.mjs";
import { command, root } from "./versant.mjs";

/** Milliseconds after an event in which a page asks for everything. */
const pause = 250;

/**
 * How much longer an epoch of the digit reader takes while a page is open on it, as the median over pairs of runs in turns:
 * read by what sends the page's requests, and by Chromium, which draws besides. `share` is what the server takes of a core.
 */
export async function trainingCosts(pairs, openBrowser) {
  const excess = { read: [], drawn: [] };
  const shares = [];
  const weights = new Set();
  for (let pair = 0; pair < pairs; pair++) {
    const modes = ["alone", "read", "drawn"];
    const epochs = {};
    for (const mode of pair % 2 === 0 ? modes : modes.reverse()) {
      const { epochs: records, weightsSha256, share } = await ways[mode](openBrowser);
      if (share !== undefined) shares.push(share);
      weights.add(weightsSha256);
      epochs[mode] = median(records.map(({ seconds }) => seconds));
    }
    for (const mode of Object.keys(excess)) excess[mode].push(epochs[mode] / epochs.alone - 1);
  }
  weights.add((await killed()).weightsSha256);
  return {
    ...{ read: median(excess.read), drawn: median(excess.drawn) },
    ...{ share: median(shares), isSame: weights.size === 1 },
  };
}

const ways = {
  alone: () => train(),
  async read() {
    const studio = await openStudio();
    const stop = await readAlong(studio);
    try {
      const [before, started] = [processorSeconds(studio.child.pid), performance.now()];
      const report = await train();
      const seconds = (performance.now() - started) / 1000;
      return { ...report, share: (processorSeconds(studio.child.pid) - before) / seconds };
    } finally {
      stop();
      studio.child.kill();
    }
  },
  async drawn(openBrowser) {
    const studio = await openStudio();
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ locale: "en-GB" });
      await page.goto(studio.address);
      const training = train();
      const running = page.getByRole("row").filter({ hasText: "running" });
      await running.getByRole("link").click();
      await page.getByRole("slider", { name: "Loss of each step" }).waitFor();
      return await training;
    } finally {
      studio.child.kill();
      await browser.close();
    }
  },
};

/** A run whose studio is killed while a page reads. */
async function killed() {
  const studio = await openStudio();
  let told = 0;
  const stop = await readAlong(studio, () => {
    if (++told === 10) studio.child.kill("SIGKILL");
  });
  const report = await train();
  stop();
  if (!studio.child.killed) throw new Error("the studio was not killed while the run went on");
  return report;
}

/** The report of a run with the ledger. */
function train() {
  const folder = mkdtempSync(join(tmpdir(), "versant-verify-"));
  const report = join(folder, "report.json");
  const words = ["train", join(root, "examples/mnist.ts"), "--log", "plain", "--report", report];
  const child = spawn(process.execPath, [command, ...words], { cwd: root });
  let said = "";
  child.stdout.resume();
  child.stderr.on("data", (text) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(readFileSync(report, "utf8")));
      else reject(new Error(`versant ${words.join(" ")} ended with ${code}: ${said}`));
      rmSync(folder, { recursive: true, force: true });
    });
  });
}

/**
 * Asks what a page asks that is open on the newest run: all of it at first and after each event, and the stream.
 *
 * @returns what ends it
 */
async function readAlong(studio, onTold = () => {}) {
  let run;
  let later;
  let isOver = false;
  const reload = () => {
    later ??= setTimeout(async () => {
      later = undefined;
      const path = `/api/runs/${run}`;
      const asked = [path, `${path}/series?points=1000`, `${path}/events?limit=1000`];
      await Promise.all(asked.map(studio.text)).catch((error) => {
        if (!isOver && studio.child.exitCode === null && !studio.child.killed) throw error;
      });
    }, pause);
  };
  const ofRun = (name) => {
    run = name;
    reload();
    return listen(studio, `?run=${name}`, (message, { type }) => {
      if (message === "event" && type !== "insight") reload();
      onTold(message);
    });
  };
  let inner = () => {};
  const outer = await listen(studio, "", (message, data) => {
    if (message !== "state" || run !== undefined || data.state !== "running") return;
    outer();
    void ofRun(data.id).then((stop) => {
      inner = stop;
    });
  });
  return () => {
    isOver = true;
    clearTimeout(later);
    outer();
    inner();
  };
}

/** Server-sent events. */
function listen(studio, query, onMessage) {
  return new Promise((resolve, reject) => {
    const { cookie } = studio;
    const url = new URL(`/api/stream${query}`, studio.address);
    const asking = get(url, { headers: { cookie } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
        const blocks = text.split("\n\n");
        text = blocks.pop();
        for (const block of blocks) {
          const [, name] = /^event: (.*)$/m.exec(block) ?? [];
          const [, data] = /^data: (.*)$/m.exec(block) ?? [];
          if (name) onMessage(name, JSON.parse(data));
        }
      });
      // A studio that is killed cuts its answers off.
      response.on("error", () => {});
      resolve(() => asking.destroy());
    });
    asking.on("error", reject);
  });
}
