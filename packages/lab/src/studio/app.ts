import fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { nameNonFinite } from "../files/canonical.js";
import type { Access } from "./access.js";
import { addApplication } from "./application.js";
import { Hub } from "./hub.js";
import { addLandscapes } from "./landscapes.js";
import { sequenceIn } from "./place.js";
import { addPolicy } from "./policy.js";
import { asStudioError, bodyLimit, StudioError, tellFault } from "./problem.js";
import { Query } from "./query.js";
import { isForReading, sendRefusal } from "./refused.js";
import { addReading, addSayings } from "./routes.js";
import { addEntrance, addSession, sessions } from "./session.js";
import type { LedgerSource } from "./source.js";
import { Listener } from "./stream.js";

export interface AppOptions {
  readonly source: LedgerSource;
  readonly access: Access;
  /** Where the built application lies; undefined where there is none. */
  readonly application: string | undefined;
}

/** The studio over HTTP; it listens nowhere yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { source, access, application } = options;
  // A stream has no end that closing could wait for.
  const app = fastify({ bodyLimit, forceCloseConnections: true });
  app.setReplySerializer((payload) => JSON.stringify(payload, nameNonFinite));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const refused = asStudioError(error);
    tellFault(refused);
    if (isForReading(request)) return sendRefusal(request, reply, refused);
    const { statusCode, problem } = refused;
    return reply.status(statusCode).type("application/json; charset=utf-8").send(problem);
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw new StudioError(404, `${method} ${url}: there is nothing at this address.`);
  });
  await addPolicy(app);
  app.addHook("onRequest", async (request) => access.requireOwnName(request));
  const session = sessions(source.folder, access);
  await addEntrance(app, access, session);
  await app.register(async (guarded) => {
    guarded.addHook("onRequest", async (request, reply) => {
      access.requireOwnPage(request);
      access.requireSession(request);
      // A page that is gone back to shall not show what was.
      reply.header("cache-control", "no-store");
    });
    addSession(guarded, session);
    addReading(guarded, source);
    addSayings(guarded, source);
    addLandscapes(guarded, source);
    addStream(guarded, source);
    guarded.all("/api/*", ({ method, url }) => {
      throw new StudioError(404, `${method} ${url}: there is nothing at this address.`);
    });
  });
  await addApplication(app, application);
  await app.ready();
  return app;
}

/** What happens, as it happens. */
function addStream(app: FastifyInstance, source: LedgerSource): void {
  const hub = new Hub(source);
  app.addHook("preClose", async () => hub.close());
  app.get("/api/stream", { exposeHeadRoute: false }, async (request, reply) => {
    const query = new Query(request.query, ["run", "after"]);
    const given = query.text("after");
    if (given !== undefined && sequenceIn(given) === undefined) {
      throw new StudioError(
        400,
        `after: received ${JSON.stringify(given)}, expected the id of a message, or an event's sequence.`,
      );
    }
    // A browser that comes back by itself asks with the address of its first time.
    const after = [request.headers["last-event-id"]].flat()[0] || given;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.raw.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      // Proxies that gather what they pass on would gather for ever.
      "x-accel-buffering": "no",
    });
    const listener = new Listener(reply.raw, query.text("run"));
    reply.raw.on("close", () => hub.remove(listener));
    await hub.add(listener, after);
  });
}
