// What the studio promises, on its real server and in headless Chromium:
//
// lists     10,000 runs: the first rows are painted within 1.5 s in a browser that has seen nothing of it, and every filter
//           draws its rows within 200 ms of the event;
// live      the page of a run of 1,000,000 losses that goes on: under 300 MB, and at most 5 % of a core;
// training  the digit reader is not slowed by more than 1 % while a page is open on it, and ends with the same weights
//           when the studio is killed.
//
//     npm run verify:studio [-- lists live training --runs 10000 --seconds 60 --pairs 7 --folder PATH]
//
// --folder keeps the ledger of the lists, and takes it again.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fillLists, filterTimes, openingTimes, summary } from "./studioLists.mjs";
import { liveCosts } from "./studioLive.mjs";
import { openBrowser, openStudio } from "./studioProcess.mjs";
import { trainingCosts } from "./studioTraining.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "10000" },
    seconds: { type: "string", default: "60" },
    pairs: { type: "string", default: "7" },
    folder: { type: "string" },
  },
});
const temporary = mkdtempSync(join(tmpdir(), "versant-studio-"));
delete process.env.VERSANT_TOKEN;
process.env.VERSANT_KEYS = join(temporary, "keys");

let failed = false;
function judge(what, measured, required, show) {
  const isMet = measured <= required;
  failed ||= !isMet;
  console.log(
    `${what}: ${show(measured)}, required at most ${show(required)}${isMet ? "" : "  FAILED"}`,
  );
}
const milliseconds = (value) => `${value.toFixed(0)} ms`;
const megabytes = (value) => `${value.toFixed(0)} MB`;
const percent = (share) => `${(100 * share).toFixed(1)} %`;

const parts = {
  async lists() {
    const folder = options.folder ?? join(temporary, "lists");
    process.env.VERSANT_LEDGER = folder;
    await fillLists(Number(options.runs));
    await withStudio(async (browser, studio) => {
      const opening = summary(await openingTimes(browser, studio.address));
      judge("the first rows of a list, median of 5", opening.typical, 1500, milliseconds);
      for (const [kind, times] of Object.entries(await filterTimes(browser, studio))) {
        const { typical, worst } = summary(times);
        judge(`filter by ${kind}, median`, typical, 200, milliseconds);
        judge(`filter by ${kind}, worst of ${times.length}`, worst, 200, milliseconds);
      }
    });
  },
  async live() {
    process.env.VERSANT_LEDGER = join(temporary, "live");
    await withStudio(async (browser, studio) => {
      const { resident, heap, shares, points } = await liveCosts(
        browser,
        studio,
        Number(options.seconds),
      );
      console.log(`${points} points, the last of them written while the page was open`);
      console.log(`JavaScript's heap after a collection: ${megabytes(heap)}`);
      judge("the page's whole process", resident, 300, megabytes);
      for (const [name, share] of Object.entries(shares)) console.log(`${name}: ${percent(share)}`);
      const all = Object.values(shares).reduce((sum, share) => sum + share, 0);
      judge("all of Chromium and the server, of a core", all, 0.05, percent);
    });
  },
  async training() {
    process.env.VERSANT_LEDGER = join(temporary, "training");
    const { read, drawn, share, isSame } = await trainingCosts(Number(options.pairs), openBrowser);
    judge("an epoch while the studio is read", read, 0.01, percent);
    console.log(`the server's processor time meanwhile: ${percent(share)} of a core`);
    console.log(`and with Chromium drawing it on the same cores: ${percent(drawn)} more`);
    judge("weights that are others after the studio was killed", isSame ? 0 : 1, 0, String);
  },
};

async function withStudio(measure) {
  const browser = await openBrowser();
  const studio = await openStudio();
  try {
    await measure(browser, studio);
  } finally {
    studio.child.kill();
    await browser.close();
  }
}

try {
  for (const [name, measure] of Object.entries(parts)) {
    if (positionals.length === 0 || positionals.includes(name)) await measure();
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
