import helmet from "@fastify/helmet";
import type { FastifyInstance, FastifyReply } from "fastify";

/**
 * What pages may do: load what this server has, compute with WebAssembly, in workers too. Nothing inline: what
 * somebody wrote into a ledger can be no script, whatever the application makes of it.
 */
export async function addPolicy(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "img-src": ["'self'", "data:", "blob:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
      },
    },
    // An address may hold the token.
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "sameorigin" },
    // It speaks HTTP, mostly on this machine.
    strictTransportSecurity: false,
  });
}

/** A page that was written of a ledger, with styles of its own: it may load and run nothing. */
export const sandboxed = (reply: FastifyReply): FastifyReply =>
  reply.header(
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
  );
