import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium, type Page, type Route } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Site, serve } from "./serve.js";

interface Report {
  readonly device: {
    readonly name: string;
    readonly arithmetic: string;
    readonly description: string;
  };
  readonly devices: readonly (readonly [string, boolean])[];
  readonly losses: { readonly first: number; readonly last: number };
  readonly weights: string;
}

const executablePath = [
  process.env.CHROMIUM_PATH ?? "",
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
].find(existsSync);

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const here = "/packages/core/test/browser";

/** Makes an engine that has relaxed SIMD refuse the one instruction by which Versant asks for it. */
const withoutRelaxedSimd = `{
  const { validate } = WebAssembly;
  const relaxedMultiplyAdd = String([0xfd, 0x85, 0x02]);
  WebAssembly.validate = (bytes) => !String(bytes).includes(relaxedMultiplyAdd) && validate(bytes);
}`;

/** What program.js reports in Node, on wasm. */
async function reportInNode(before = ""): Promise<Report> {
  const program = JSON.stringify(new URL("./program.js", import.meta.url).href);
  const script = `${before}
    const { report } = await import(${program});
    console.log(JSON.stringify(await report()));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { env: { ...process.env, VERSANT_DEVICE: "wasm", VERSANT_THREADS: "1" } },
  );
  return JSON.parse(stdout) as Report;
}

const inBrowser = (report: Report): Report => ({
  ...report,
  devices: [
    ["native", false],
    ["wasm", true],
    ["reference", true],
  ],
});

describe.runIf(executablePath)("in a browser", () => {
  let browser: Browser;
  let site: Site;
  let inNode: Report;

  beforeAll(async () => {
    site = await serve(root);
    browser = await chromium.launch({
      ...(executablePath ? { executablePath } : {}),
      args: ["--no-sandbox", "--disable-quic", "--disable-sync"],
    });
    inNode = await reportInNode();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** What `read` gives in the page at `url` as soon as it is true. */
  async function visit(
    url: string,
    read: string,
    prepare?: (page: Page) => Promise<unknown>,
  ): Promise<unknown> {
    const page = await browser.newPage();
    try {
      await prepare?.(page);
      await page.goto(url);
      return await (await page.waitForFunction(read)).jsonValue();
    } finally {
      await page.close();
    }
  }

  const programPage = (): string => `${site.origin}${here}/index.html`;

  test("a page and a Worker learn, with the bits of Node", async () => {
    expect(inNode.device.name).toBe("wasm");
    expect(inNode.losses.first).toBeGreaterThan(0.2);
    expect(inNode.losses.last).toBeLessThan(0.02);
    const expected = inBrowser(inNode);
    const kernels = new Set<string>();
    const outcome = await visit(programPage(), "globalThis.outcome", async (page) => {
      page.on("request", (request) => {
        if (request.url().endsWith(".wasm")) kernels.add(posix.basename(request.url()));
      });
    });
    expect(outcome).toEqual({ page: expected, worker: expected });
    expect([...kernels]).toEqual(["versant-relaxed.wasm"]);
  });

  test("so they do without relaxed SIMD", async () => {
    const expected = inBrowser(await reportInNode(withoutRelaxedSimd));
    expect(expected.device.arithmetic).toBe("wasm-simd");
    const outcome = await visit(programPage(), "globalThis.outcome", (page) =>
      page.addInitScript(withoutRelaxedSimd),
    );
    expect(outcome).toMatchObject({ page: expected });
  });

  test("and bundled, with no option but the format of workers", async () => {
    const outDir = await mkdtemp(join(tmpdir(), "versant-"));
    await build({
      configFile: false,
      root: join(root, here),
      logLevel: "error",
      worker: { format: "es" },
      build: { outDir, emptyOutDir: true },
    });
    const bundle = await serve(outDir);
    try {
      const expected = inBrowser(inNode);
      expect(await visit(`${bundle.origin}/index.html`, "globalThis.outcome")).toEqual({
        page: expected,
        worker: expected,
      });
      const emitted = await readdir(join(outDir, "assets"));
      expect(emitted.filter((name) => !name.endsWith(".js"))).toEqual([
        expect.stringMatching(/^versant-relaxed-.*\.wasm$/),
        expect.stringMatching(/^versant-simd-.*\.wasm$/),
      ]);
    } finally {
      bundle.close();
      await rm(outDir, { recursive: true });
    }
  });

  test.each(["README.md", "README.fr.md"])(
    "the example of %s runs as it is printed",
    async (name) => {
      const text = await readFile(join(root, name), "utf8");
      const body = /```html\n(.*?)```/s.exec(text)?.[1] ?? "";
      const shown = await visit(`${site.origin}/`, "document.body?.innerText", (page) =>
        page.route(`${site.origin}/`, (route) => route.fulfill({ contentType: "text/html", body })),
      );
      const [device, values] = String(shown).split(": ");
      expect(device).toBe(inNode.device.description);
      const numbers = (values?.match(/-?\d+\.\d+(e-\d+)?/g) ?? []).map(Number);
      expect(numbers.map(Math.round).map(Math.abs)).toEqual([0, 1, 1, 0]);
    },
  );

  describe("says why it cannot run", () => {
    const kernel = "**/versant-*.wasm";
    const prefix = /device wasm is not available: The WebAssembly kernel is missing: \S+\.wasm /;

    const errorOf = (prepare: (page: Page) => Promise<unknown>): Promise<unknown> =>
      visit(programPage(), "globalThis.message", async (page) => {
        await page.addInitScript(
          'addEventListener("error", ({ message }) => { globalThis.message = message; })',
        );
        await prepare(page);
      });

    test.each<[string, (route: Route) => Promise<void>, string]>([
      ["404", (route) => route.fulfill({ status: 404 }), "was answered with status 404. Serve"],
      ["no connection", (route) => route.abort(), "cannot be reached. Serve"],
      [
        "a page in its place",
        (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }),
        "is not a WebAssembly file. Serve",
      ],
    ])("%s instead of the kernel", async (_, answer, reason) => {
      const message = await errorOf((page) => page.route(kernel, answer));
      expect(message).toMatch(prefix);
      expect(message).toContain(reason);
    });

    test.each([
      ["WebAssembly", "delete globalThis.WebAssembly;", "This engine has no WebAssembly."],
      ["SIMD", "WebAssembly.validate = () => false;", "This engine's WebAssembly has no SIMD"],
    ])("an engine without %s", async (_, remove, reason) => {
      const message = await errorOf((page) => page.addInitScript(remove));
      expect(message).toContain(`device wasm is not available: ${reason}`);
    });
  });
});
