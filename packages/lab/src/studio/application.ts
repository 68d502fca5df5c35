import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import staticFiles from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** Where the built application lies; undefined where it is not installed or not built. */
export function applicationFolder(): string | undefined {
  try {
    const path = createRequire(import.meta.url).resolve("@versant/studio/package.json");
    const folder = join(dirname(path), "dist");
    return existsSync(join(folder, "index.html")) ? folder : undefined;
  } catch {
    return undefined;
  }
}

const missing =
  "The studio's pages are not there: the package @versant/studio is not installed, or was not built. In the " +
  "repository `npm run build` builds it. Its interface, /api, answers all the same.\n";

/**
 * The application's files. An address that is none of them, such as "/runs/mnist-k7f3qd", is a page of the
 * application, which it finds itself.
 */
export async function addApplication(
  app: FastifyInstance,
  folder: string | undefined,
): Promise<void> {
  if (folder === undefined) {
    app.get("/*", (_request, reply) => reply.status(503).type("text/plain").send(missing));
    return;
  }
  await app.register(staticFiles, {
    root: folder,
    wildcard: false,
    index: false,
    // Names of files under assets hold a hash of what is in them.
    setHeaders: (reply, path) => {
      const isHashed = path.startsWith(join(folder, "assets"));
      reply.setHeader("cache-control", isHashed ? "max-age=31536000, immutable" : "no-cache");
    },
    cacheControl: false,
  });
  app.get("/*", (_request, reply) => reply.sendFile("index.html"));
}
