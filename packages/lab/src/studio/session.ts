import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { loadIdentity } from "../ledger/identity.js";
import { versantVersion } from "../version.js";
import type { Access } from "./access.js";
import type { Session } from "./api.js";
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
  app.addHook("onRequest", async (request, reply) => {
    if (request.method !== "GET" || !URL.canParse(request.url, "http://studio")) return;
    const url = new URL(request.url, "http://studio");
    const token = url.searchParams.get("token");
    if (token === null || url.pathname.startsWith("/api/")) return;
    // Without the right one the page asks for it.
    if (access.isToken(token)) access.admit(reply);
    url.searchParams.delete("token");
    return reply.redirect(url.pathname.replace(/^\/+/, "/") + url.search, 303);
  });
  await app.register(async (guarded) => {
    await guarded.register(rateLimit, {
      max: mostTries,
      timeWindow: "1 minute",
      errorResponseBuilder: (_request, { after }) =>
        new StudioError(429, `Too many tries; expected another one in ${after}.`),
    });
    guarded.post("/api/session", (request, reply) => {
      access.requireOwnPage(request);
      const { token } = (request.body ?? {}) as { token?: unknown };
      if (!access.isToken(token)) throw new StudioError(401, "That is not this studio's token.");
      access.admit(reply);
      return session(request);
    });
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
  let user: Session["user"] | undefined;
  return ({ headers }) => {
    user ??= userHere();
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

/** The first of the languages that the studio speaks; browsers name the one that they like best first. */
function preferred(accepted = ""): Session["language"] {
  const named = accepted.split(",").map((part) => part.trim().slice(0, 2).toLowerCase());
  return named.find((each) => each === "en" || each === "fr") === "fr" ? "fr" : "en";
}
