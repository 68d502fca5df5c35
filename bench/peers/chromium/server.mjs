import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const types = {
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".bin": "application/octet-stream",
};

/** What a page needs for fine clocks and shared memory. */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const page = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="importmap">{ "imports": { "versant": "/packages/core/dist/index.js" } }</script>
<script type="module" src="/bench/peers/chromium/page.mjs"></script>
`;

/**
 * Serves the page, the repository and, under /workload/, one more folder, at a free port of 127.0.0.1.
 *
 * @returns {Promise<string>} the page's address
 */
export async function serveFolders(repository, workloads) {
  const server = createServer(async (request, response) => {
    // `URL` resolves "..", so that a path cannot leave its folder.
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const answer = (type, content) =>
      response.writeHead(200, { "content-type": type, ...isolation }).end(content);
    if (pathname === "/") return answer("text/html; charset=utf-8", page);
    const [, first, ...rest] = decodeURIComponent(pathname).split("/");
    const path = first === "workload" ? [workloads, ...rest] : [repository, first, ...rest];
    const type = types[extname(pathname)];
    const content = type && (await readFile(join(...path)).catch(() => null));
    if (content) answer(type, content);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The browser's connections end with it; the server does not hold the process.
  server.unref();
  return `http://127.0.0.1:${server.address().port}/`;
}
