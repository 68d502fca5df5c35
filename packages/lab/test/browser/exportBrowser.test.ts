import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GraphModel } from "@versant/core";
import { type Browser, chromium, type Page, type Route } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { serve } from "../../../core/test/browser/serve.js";
import { runOnDevice } from "../../../core/test/portable/run.js";
import { exportBrowser } from "../../src/browser/exportBrowser.js";
import { TrainedModel } from "../../src/model/trainedModel.js";
import { temporaryFolder } from "../ledger/temporary.js";
import { type Example, images, pixels, scaled, tokens, yesOrNo } from "./examples.js";

/** Nothing but the folder itself, and no script in the page. */
const policy = [
  ...["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'"],
  ...["style-src 'self'", "img-src 'self' data:"],
].join("; ");

const executablePath = [
  process.env.CHROMIUM_PATH ?? "",
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
].find(existsSync);

function modelOf({ forward, samples, signature }: Example): TrainedModel {
  const graph = GraphModel.trace(forward, [samples], { names: ["stored"] });
  return new TrainedModel({ name: "A <model>", sha256: "5a", signature, graph });
}

function folderOf(example: Example): string {
  const folder = join(temporaryFolder(), "exported", "here");
  exportBrowser(modelOf(example), folder);
  return folder;
}

/** The address of the model's page. */
async function served(example: Example): Promise<string> {
  const site = await serve(folderOf(example), { "content-security-policy": policy });
  onTestFinished(() => site.close());
  return `${site.origin}/index.html`;
}

test("writes a folder, and leaves what else is there", () => {
  const folder = temporaryFolder();
  const mine = join(folder, "mine.txt");
  writeFileSync(mine, "");
  const model = modelOf(images());
  exportBrowser(model, folder);
  expect(readdirSync(folder).sort()).toEqual([
    ...["README.txt", "image.js", "index.html", "kernel.wasm", "loader.js", "mine.txt"],
    ...["model.bin", "model.json", "page.css", "page.js"],
  ]);
  exportBrowser(model, folder);
  const site = temporaryFolder();
  writeFileSync(join(site, "index.html"), "my page");
  expect(() => exportBrowser(model, site)).toThrow(
    /^export: .* has index\.html, which no export wrote, expected a new folder/,
  );
  expect(readdirSync(site)).toEqual(["index.html"]);
  expect(() => exportBrowser(model, mine)).toThrow(
    /export: cannot write .*mine\.txt \(.*expected the path of a folder/,
  );
});

describe.runIf(executablePath)("in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath ? { executablePath } : {}),
      args: [
        ...["--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync"],
        ...["--disable-background-networking", "--disable-component-update"],
      ],
    });
  }, 60_000);
  afterAll(() => browser?.close());

  async function open(url: string, prepare?: (page: Page) => Promise<unknown>): Promise<Page> {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await prepare?.(page);
    await page.goto(url);
    return page;
  }

  /** What the loader of the page's folder answers, or the message of its error. */
  const answer = (page: Page, ...inputs: readonly (readonly number[])[]): Promise<unknown> =>
    page.evaluate(`import("./loader.js")
      .then(({ load }) => load("./"))
      .then((model) => model.predict(...${JSON.stringify(inputs)}))
      .then(({ values, classes }) => ({ values: Array.from(values), classes }))
      .catch(({ message }) => message)`);

  test.each<[string, () => Example]>([
    ["an image and classes", images],
    ["numbers and the probability of a class", yesOrNo],
    ["numbers in scales of their own", scaled],
    ["tokens and a class for each", tokens],
  ])("%s: the bits of Node", async (_, make) => {
    const example = make();
    const { whole, samples, signature, sample } = example;
    const { dtype } = samples;
    const received = await answer(await open(await served(example)), sample);
    const types = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };
    const input = types[dtype as keyof typeof types].from(sample);
    const shape = [1, ...samples.shape.slice(1)];
    const [expected = input] = await runOnDevice(whole, [{ dtype, shape }], [input]);
    const values = Array.from(expected);
    const { output } = signature;
    const classes =
      output.kind === "classes"
        ? output.names
            .map((name, index) => ({ name, probability: values[index] ?? Number.NaN }))
            .sort((a, b) => b.probability - a.probability)
        : undefined;
    expect(received).toEqual({ values, classes });
  });

  test("its page answers what is drawn, and numbers of a form", async () => {
    const page = await open(await served(images()));
    const { x = 0, y = 0 } = (await page.locator("canvas").boundingBox()) ?? {};
    await page.mouse.move(x + 100, y + 60);
    await page.mouse.down();
    await page.mouse.move(x + 140, y + 200, { steps: 4 });
    await page.mouse.up();
    expect(await page.title()).toBe("A <model>");
    const rows = page.locator("tr");
    await rows.nth(2).waitFor();
    const shown = (await rows.allInnerTexts()).join(" ");
    expect(shown.match(/red|green|blue/g)?.sort()).toEqual(["blue", "green", "red"]);
    await page.getByText("Clear").click();
    expect(await rows.count()).toBe(0);

    const form = await open(await served(scaled()));
    await form.locator("textarea").fill("3, 4.25");
    await form.getByText("Answer").click();
    await form.locator("tr").waitFor();
    await form.locator("textarea").fill("3");
    await form.getByText("Answer").click();
    await form
      .getByText("predict: received 1 numbers as input, expected 2 of float32, all finite.")
      .waitFor();
  });

  test("the page of docs/models.md runs as it is printed", async () => {
    const folder = temporaryFolder();
    exportBrowser(modelOf(images(28)), join(folder, "digits"));
    const docs = new URL("../../../../docs/models.md", import.meta.url);
    const [, page = ""] = /```html\n(.*?)```/s.exec(readFileSync(docs, "utf8")) ?? [];
    writeFileSync(join(folder, "page.html"), page);
    const site = await serve(folder);
    onTestFinished(() => site.close());
    const shown = await open(`${site.origin}/page.html`);
    await shown.getByText(/^(red|green|blue): 0\.\d\d$/).waitFor();
  });

  test.each([
    ["CHW", "stretch", [255, 0, 255, 0, 0, 0, 0, 0, 0, 255, 0, 255]],
    ["HWC", "cut", [255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255]],
  ] as const)("its page takes files: %s, %s", async (layout, fit, expected) => {
    const page = await open(await served(pixels(layout, fit)));
    // A red and a blue half; what is cut off has other colours.
    const halves = [..."rb"].map((colour) => (colour === "r" ? [255, 0, 0] : [0, 0, 255]));
    const rim = fit === "cut" ? [[0, 255, 0]] : [];
    const row = [...rim, ...halves, ...rim].flat();
    const raw = { width: row.length / 3, height: 2, channels: 3 } as const;
    const buffer = await sharp(Buffer.from([...row, ...row]), { raw })
      .png()
      .toBuffer();
    const choice = page.locator("input");
    await choice.setInputFiles({ name: "a.png", mimeType: "image/png", buffer });
    await page.locator("tr").first().waitFor();
    const shown = await page.locator("td:last-child").allInnerTexts();
    expect(shown.map(Number)).toEqual(expected);
    const noImage = Buffer.from("no image");
    await choice.setInputFiles({ name: "b.png", mimeType: "image/png", buffer: noImage });
    await page.locator("#about", { hasText: "could not be decoded" }).waitFor();
  });

  test.each<[string, (route: Route) => Promise<void>, string, RegExp]>([
    ["model.json", (route) => route.fulfill({ status: 404 }), "404", /; expected all files/],
    ["model.bin", (route) => route.abort(), "no connection", /^load: http:/],
    [
      "kernel.wasm",
      (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }),
      "a page is there",
      /^load: /,
    ],
  ])("says that %s is missing", async (file, respond, reason, message) => {
    const page = await open(await served(images()), (page) => page.route(`**/${file}`, respond));
    expect(await answer(page)).toMatch(message);
    await page.getByText(`${file} cannot be read (${reason})`).waitFor();
  });

  test("says what is wrong with browser, files and numbers", async () => {
    const url = await served(images());
    const old = await open(url, (page) =>
      page.addInitScript(
        "WebAssembly.instantiate = () => Promise.reject(new WebAssembly.CompileError('invalid value type'));",
      ),
    );
    expect(await answer(old)).toMatch(
      /^load: the kernel cannot be compiled \(invalid value type\); expected SIMD, as Chrome 91/,
    );
    const closed = await serve(folderOf(images()), {
      "content-security-policy": "script-src 'self'",
    });
    onTestFinished(() => closed.close());
    expect(await answer(await open(`${closed.origin}/index.html`))).toMatch(
      /^load: the kernel cannot be compiled \(.*'wasm-unsafe-eval'|^load: .*unsafe-eval/,
    );
    // Other weights of the same shapes, cut off, or none of ours.
    const other = readFileSync(join(folderOf(images(12, 6)), "model.bin"));
    for (const body of [other, other.subarray(0, -1), "something else"]) {
      const mixed = await open(url, (page) =>
        page.route("**/model.bin", (route) => route.fulfill({ body })),
      );
      expect(await answer(mixed)).toMatch(/^load: the files are not of one export; copy all/);
    }
    const page = await open(url);
    expect(await answer(page, [1, 2])).toBe(
      "predict: received 2 numbers as input, expected 144 of uint8, all finite.",
    );
    for (const strange of [Number.NaN, 256, -1, 0.5]) {
      expect(await answer(page, images().sample.with(7, strange))).toBe(
        "predict: received 144 numbers as input, expected 144 of uint8, all finite.",
      );
    }
    expect(await answer(page)).toBe(
      "predict: received 0 numbers as input, expected 144 of uint8, all finite.",
    );
    const indices = await open(await served(tokens()));
    expect(await answer(indices, [1, 9, 0, 0])).toBe(
      "predict: received the index 9, expected 0 to 8.",
    );
  });
});
