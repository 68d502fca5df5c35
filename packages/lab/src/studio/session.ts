import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { loadIdentity } from "../ledger/identity.js";
import { versantVersion } from "../version.js";
import { type Access, isOwnPage } from "./access.js";
import type { Session } from "./api/index.js";
import { StudioError } from "./problem.js";
import { Query } from "./query.js";

/** Wrong tokens from one address, a minute. */
const mostTries = 10;

/**
 * How a browser comes to its cookie: by the address that is opened, whose token then vanishes from it, or by a
 * form of the application.
 */
export async function addEntrance(
  app: FastifyInstance,
  access: Access,
  session: (request: FastifyRequest) => Session,
): Promise<void> {
  await app.register(rateLimit, { global: false });
  const count = app.createRateLimit({
    max: mostTries,
    timeWindow: "1 minute",
    // Pages of others can make this machine's own browser send wrong ones: that locks out nobody but them.
    keyGenerator: (request) => `${request.ip} ${isOwnPage(request)}`,
  });
  /** Wrong tokens are counted, wherever they stand; after too many, right ones do not help either. */
  const isKnown = async (request: FastifyRequest, token: unknown): Promise<boolean> => {
    const isRight = access.isToken(token);
    const tries = await count(request, { increment: !isRight });
    if (tries.isAllowed || !tries.isExceeded) return isRight;
    const seconds = tries.ttlInSeconds;
    throw new StudioError(429, `Too many tries; expected another one in ${seconds} seconds.`, {
      code: "session.tries",
      values: { seconds },
    });
  };
  app.addHook("onRequest", async (request, reply) => {
    if (request.method !== "GET" || !URL.canParse(request.url, "http://studio")) return;
    const url = new URL(request.url, "http://studio");
    const token = url.searchParams.get("token");
    if (token === null || url.pathname.startsWith("/api/")) return;
    // Without the right one the page asks for it, and says what is wrong.
    if (await isKnown(request, token).catch(() => false)) access.admit(reply);
    url.searchParams.delete("token");
    return reply.redirect(url.pathname.replace(/^\/+/, "/") + url.search, 303);
  });
  app.post("/api/session", async (request, reply) => {
    access.requireOwnPage(request);
    const { token } = (request.body ?? {}) as { token?: unknown };
    if (!(await isKnown(request, token))) {
      throw new StudioError(401, "That is not this studio's token.", {
        code: "session.token",
        values: {},
      });
    }
    access.admit(reply);
    return session(request);
  });
}

export function addSession(
  app: FastifyInstance,
  session: (request: FastifyRequest) => Session,
): void {
  app.get("/api/session", async (request) => {
    new Query(request.query, []);
    return session(request);
  });
}

/** @param ledger the folder that is shown */
export function sessions(ledger: string, access: Access): (request: FastifyRequest) => Session {
  const version = versantVersion();
  let known: Session["user"] = null;
  return ({ headers }) => {
    known ??= userHere();
    const user = isWritable(ledger) ? known : null;
    const language = preferred(headers["accept-language"]);
    return { version, ledger, user, language, csrf: access.csrf };
  };
}

function userHere(): Session["user"] {
  try {
    const { name, key } = loadIdentity();
    return { name, key };
  } catch {
    // Whoever cannot sign can look; a change says what is wrong with the key.
    return null;
  }
}

/** Whether something can be appended; a ledger that is not there yet may come. */
function isWritable(ledger: string): boolean {
  try {
    closeSync(openSync(join(ledger, "ledger.sqlite"), "r+"));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

/** The first of the languages that the studio speaks; browsers name the one that they like best first. */
export function preferred(accepted = ""): Session["language"] {
  const named = accepted.split(",").map((part) => part.trim().slice(0, 2).toLowerCase());
  return named.find((each) => each === "en" || each === "fr") === "fr" ? "fr" : "en";
}
