import rateLimit from "@fastify/rate-limit";
import { VersantError } from "@versant/core/internal";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import type { Metrics } from "./metrics.js";
import { addDocumentation } from "./openapi.js";
import { addPredictions, type Endpoint } from "./predictions.js";
import { framed, RequestError } from "./problem.js";
import { requireToken } from "./token.js";

/** What holds for every request. */
export interface AppOptions {
  /** Bytes of a body at most. */
  readonly bodyLimit: number;
  /** Samples in one request at most. */
  readonly maxSamples: number;
  /** Requests a minute from one address at most; undefined for as many as come. */
  readonly rateLimit: number | undefined;
  /** What requests have to bring; undefined lets everybody in. */
  readonly token: string | undefined;
  readonly metrics: Metrics;
  /** How the server stands: "ready", about to end, or without a record of what it answers. */
  readonly state: () => "ready" | "closing" | "log fails";
}

/** The last one of a name is the one that answers where no version is asked for. */
export type Endpoints = ReadonlyMap<string, readonly [Endpoint, ...Endpoint[]]>;

/**
 * The routes over a set of models. It listens nowhere: the server hands requests to it, so that
 * another one can take its place between two of them.
 */
export async function buildApp(
  endpoints: Endpoints,
  options: AppOptions,
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: options.bodyLimit,
    // A path that cannot be decoded gets no further than the router.
    frameworkErrors: ({ statusCode = 400 }, { url }, reply) => {
      send(reply, new RequestError(statusCode, "path", url, "one of those that /docs lists"));
    },
  });
  // Schemas tell people what to send. The model looks at it itself, by the same signature, in better words.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler<FastifyError>((error, { headers }, reply) => {
    send(reply, asRequestError(error, options.bodyLimit, headers["content-type"]));
  });
  app.setNotFoundHandler(({ method, url }, reply) => {
    send(reply, notFound(method, url, endpoints));
  });
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (options.state() === "closing") reply.header("connection", "close");
    done();
  });
  await addDocumentation(app, options.token !== undefined);
  await app.register(async (probes) => {
    probes.get("/health", { schema: { tags: ["server"] } }, () => ({ status: "ok" }));
    probes.get("/ready", { schema: { tags: ["server"] } }, (_request, reply) => {
      const status = options.state();
      return reply.status(status === "ready" ? 200 : 503).send({ status });
    });
  });
  await app.register(async (guarded) => {
    if (options.rateLimit !== undefined) await limitRate(guarded, options.rateLimit);
    if (options.token !== undefined) {
      const check = requireToken(options.token);
      guarded.addHook("onRequest", async (request) => check(request));
    }
    guarded.get("/metrics", { schema: { tags: ["server"] } }, async (_request, reply) => {
      const { registry } = options.metrics;
      return reply.type(registry.contentType).send(await registry.metrics());
    });
    addPredictions(guarded, endpoints, options);
  });
  await app.ready();
  return app;
}

async function limitRate(app: FastifyInstance, most: number): Promise<void> {
  await app.register(rateLimit, {
    max: most,
    timeWindow: "1 minute",
    errorResponseBuilder: (_request, { after }) =>
      new RequestError(
        429,
        "requests",
        "too many from this address",
        `${most} a minute at most; again in ${after}`,
      ),
  });
}

function asRequestError(error: FastifyError, bodyLimit: number, type = "nothing"): RequestError {
  if (error instanceof RequestError) return error;
  // Such as an index that its embedding does not have.
  if (error instanceof VersantError) return new ModelRefusal(error);
  const known = framed(error, bodyLimit, type);
  if (known) return known;
  const status = error.statusCode ?? 500;
  if (status < 500) return new RequestError(status, "request", error.message, "another request");
  console.error(error);
  return new RequestError(500, "server", "an error of its own", "none; its output tells more");
}

/** The words of the model's own error say all. */
class ModelRefusal extends RequestError {
  constructor({ message }: VersantError) {
    super(400, "inputs", "what the model cannot take in", "samples such as it was trained on");
    this.message = message;
  }
}

function notFound(method: string, url: string, endpoints: Endpoints): RequestError {
  const [, name, version] =
    /^\/v1\/models\/([^/?]+)(?:\/versions\/([^/?]+))?\/predict(?:\?|$)/.exec(url) ?? [];
  if (name === undefined) {
    return new RequestError(404, "path", `${method} ${url}`, "one of those that /docs lists");
  }
  const versions = endpoints.get(decodeURIComponent(name));
  if (versions === undefined) {
    return new RequestError(404, "model", name, `one of ${[...endpoints.keys()].join(", ")}`);
  }
  const known = versions.map((each) => each.version);
  if (version === undefined || known.includes(decodeURIComponent(version))) {
    return new RequestError(405, "method", method, "POST, with samples as its body");
  }
  return new RequestError(404, "version", String(version), `one of ${known.join(", ")}`);
}

function send(reply: FastifyReply, error: RequestError): void {
  if (error.statusCode === 405) reply.header("allow", "POST");
  if (error.statusCode === 401) reply.header("www-authenticate", "Bearer");
  reply.status(error.statusCode).type("application/json; charset=utf-8").send(error.problem);
}
