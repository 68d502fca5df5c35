import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".css": "text/css; charset=utf-8",
  ".bin": "application/octet-stream",
};

export interface Site {
  readonly origin: string;
  close(): void;
}

/**
 * Serves the files of a folder on 127.0.0.1, at a port that is free.
 *
 * @param headers of every answer
 */
export async function serve(
  folder: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const server = createServer(async (request, response) => {
    // `URL` resolves "..", so that a path cannot leave the folder.
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const type = types[extname(pathname)];
    const content = type && (await readFile(join(folder, pathname)).catch(() => null));
    if (content) response.writeHead(200, { "content-type": type, ...headers }).end(content);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}
