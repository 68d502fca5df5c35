// The digit reader, exported for browsers, answers in headless Chromium with the bits that Node computes
// by the same build of the kernel, and its first answer is there 300 ms after the page was asked for.
//   npm run verify:browser
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";
import { command, train } from "./versant.mjs";

const digits = 200;
const visits = 11;
const bound = 300;

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** Serves a folder on 127.0.0.1. */
async function serve(folder) {
  const server = createServer(async (request, response) => {
    // `URL` resolves "..", so that a path cannot leave the folder.
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const content = await readFile(join(folder, pathname)).catch(() => null);
    const type = types[extname(pathname)] ?? "application/octet-stream";
    if (content) response.writeHead(200, { "content-type": type }).end(content);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}

/** What the wasm device of Node gives for each image, without the relaxed instructions. */
async function answersOfNode(path, images) {
  const { validate } = WebAssembly;
  const relaxedMultiplyAdd = String([0xfd, 0x85, 0x02]);
  WebAssembly.validate = (bytes) => !String(bytes).includes(relaxedMultiplyAdd) && validate(bytes);
  process.env.VERSANT_DEVICE = "wasm";
  process.env.VERSANT_THREADS = "1";
  const { compile, defaultDevice, mnist, tensor } = await import("versant");
  const { openModel } = await import("versant/ledger");
  const { graph } = await openModel(path);
  const answer = compile((image) => graph.forward(image).softmax(1));
  const { test } = mnist();
  const bytes = test.images.dataSync();
  const samples = Array.from({ length: images }, (_, index) =>
    bytes.slice(784 * index, 784 * (index + 1)),
  );
  const answers = samples.map((sample) => [
    ...answer(tensor(sample, { shape: [1, 784], dtype: "uint8" })).dataSync(),
  ]);
  const labels = [...test.labels.dataSync().slice(0, images)];
  return { samples, answers, labels, arithmetic: defaultDevice().arithmetic };
}

/** A page that does nothing but answer for one image, and says how long that took. */
const firstPage = (sample) => `<!doctype html>
<link rel="icon" href="data:,">
<script type="module">
  import { load } from "./loader.js";
  const called = performance.now();
  const model = await load();
  const { classes } = await model.predict(${JSON.stringify([...sample])});
  const now = performance.now();
  globalThis.first = { fromNavigation: now, fromLoad: now - called, name: classes[0].name };
</script>`;

async function visit(browser, origin) {
  // A context of its own has no cache.
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${origin}/first.html`);
  const first = await (await page.waitForFunction("globalThis.first")).jsonValue();
  await context.close();
  return first;
}

async function answersOfPage(browser, origin, samples) {
  const page = await browser.newPage();
  await page.goto(`${origin}/index.html`);
  return page.evaluate(
    async (samples) => {
      const { load } = await import("/loader.js");
      const model = await load("./");
      const answers = [];
      for (const sample of samples) answers.push([...(await model.predict(sample)).values]);
      return answers;
    },
    samples.map((sample) => [...sample]),
  );
}

const folder = mkdtempSync(join(tmpdir(), "versant-verify-"));
let browser;
try {
  const weights = join(folder, "digits.safetensors");
  const exported = join(folder, "digits");
  train("examples/mnist.ts", ["--epochs", "3", "--weights", weights, "--no-ledger"]);
  execFileSync(process.execPath, [
    ...[command, "export", weights, "--format", "browser", "--to", exported],
  ]);
  const bytes = readdirSync(exported).map((name) => statSync(join(exported, name)).size);
  const kilobytes = bytes.reduce((sum, size) => sum + size, 0) / 1000;
  const { samples, answers, labels, arithmetic } = await answersOfNode(weights, digits);

  const origin = await serve(exported);
  const { CHROMIUM_PATH: executablePath = "/usr/bin/chromium" } = process.env;
  browser = await chromium.launch({
    executablePath,
    args: [
      ...["--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
    ],
  });
  const received = await answersOfPage(browser, origin, samples);
  const equal = received.filter((values, index) =>
    values.every((value, place) => Object.is(value, answers[index][place])),
  ).length;
  const right = received.filter(
    (values, index) => values.indexOf(Math.max(...values)) === labels[index],
  ).length;
  const times = [];
  for (let index = 0; index < visits; index++) {
    // In the folder itself: what a test intercepts takes the browser longer.
    writeFileSync(join(exported, "first.html"), firstPage(samples[index]));
    times.push(await visit(browser, origin));
  }
  const medianOf = (name) => times.map((each) => each[name]).sort((a, b) => a - b)[visits >> 1];
  const [fromNavigation, fromLoad] = [medianOf("fromNavigation"), medianOf("fromLoad")];

  console.log(`Chromium ${browser.version()}, a folder of ${kilobytes.toFixed(0)} kB`);
  console.log(
    `  ${equal} of ${digits} answers have the bits of Node's ${arithmetic}; ${right} are right`,
  );
  console.log(
    `  first answer without a cache, median of ${visits} visits: ${fromNavigation.toFixed(0)} ms after the page ` +
      `was asked for (required: < ${bound}), ${fromLoad.toFixed(0)} ms after load() was called`,
  );
  if (equal < digits || right < 0.8 * digits || fromNavigation >= bound) process.exitCode = 1;
} finally {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
}
