import { createServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { ArgumentError, describeValue, requireCount, requireOptions } from "@versant/core/internal";
import type { FastifyInstance } from "fastify";
import { type AppOptions, buildApp, type Endpoints } from "./app.js";
import { Batcher } from "./batcher.js";
import { answerMalformed } from "./malformed.js";
import { Metrics } from "./metrics.js";
import type { Endpoint } from "./predictions.js";
import type { RequestLog } from "./requestLog.js";
import type { Version } from "./servedModel.js";

export interface ServerOptions {
  /** Opens the models; asked again at each reload. The last version of a name is its default. */
  readonly open: () => Promise<readonly Version[]>;
  /** Default "127.0.0.1": this machine only */
  readonly host?: string;
  /** Default 8080; 0 takes a free one */
  readonly port?: number;
  /** Samples computed together at most. Default 64 */
  readonly batch?: number;
  /** Milliseconds to wait for a request that is arriving already. Default 2 */
  readonly wait?: number;
  /** Bytes of a body at most. Default 16 MiB */
  readonly bodyLimit?: number;
  /** Samples in one request at most. Default 1024 */
  readonly maxSamples?: number;
  /** Requests a minute from one address at most. Default: as many as come */
  readonly rateLimit?: number;
  /** What requests have to bring as "Authorization: Bearer TOKEN". Default: nothing */
  readonly token?: string;
  /** Milliseconds within which a request has to be there, and its answer where the server ends. Default 30,000 */
  readonly timeout?: number;
  /** Keeps what was asked and answered. Default: nothing is kept */
  readonly log?: RequestLog;
  /** Lets go what models and log needed, when all is over. Default: nothing */
  readonly release?: () => Promise<void>;
}

const counts = ["batch", "bodyLimit", "maxSamples", "rateLimit", "timeout"] as const;

/** Options but for those that a program has no word in. */
export const settings: readonly string[] = ["host", "port", "wait", "token", ...counts];

/** A connection that is silent for so long while the server ends has nothing more to ask. */
const silence = 250;

/**
 * Answers for models over HTTP, from here until `close`.
 *
 * @throws ArgumentError when an option is wrong, a model cannot be opened, or the port is taken
 */
export async function startServer(options: ServerOptions): Promise<ModelServer> {
  requireOptions("serve", options, [...settings, "open", "log", "release"]);
  const { port = 8080, wait = 2 } = options;
  for (const name of counts) {
    if (options[name] !== undefined) requireCount("serve", name, options[name]);
  }
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new ArgumentError(
      `serve: received port ${describeValue(port)}, expected an integer from 0 to 65535.`,
    );
  }
  if (!(Number.isFinite(wait) && wait >= 0)) {
    throw new ArgumentError(
      `serve: received wait ${describeValue(wait)}, expected milliseconds, 0 or more.`,
    );
  }
  const server = new ModelServer(options);
  await server.reload();
  await server.listen();
  return server;
}

/** A running server. */
export class ModelServer {
  readonly #options: ServerOptions;
  readonly #http: HttpServer;
  readonly #metrics = new Metrics();
  readonly #sockets = new Set<Socket>();
  #app: FastifyInstance | undefined;
  #versions: readonly Version[] = [];
  #reloaded: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  /** @internal use `serve` */
  constructor(options: ServerOptions) {
    this.#options = options;
    const timeout = this.#timeout;
    this.#http = createServer(
      {
        requestTimeout: timeout,
        headersTimeout: Math.min(timeout, 10_000),
        connectionsCheckingInterval: Math.min(timeout / 2, 1000),
        maxHeaderSize: 16_384,
        noDelay: true,
      },
      (request, response) => this.#app?.routing(request, response),
    );
    this.#http.on("clientError", answerMalformed);
    this.#http.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  get #timeout(): number {
    return this.#options.timeout ?? 30_000;
  }

  /** Where it can be reached. */
  get url(): string {
    const { address, port, family } = this.#http.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  }

  /** What is served. */
  get versions(): readonly Version[] {
    return this.#versions;
  }

  /** @internal */
  listen(): Promise<void> {
    const { host = "127.0.0.1", port = 8080 } = this.#options;
    return new Promise((resolve, reject) => {
      this.#http.once("error", ({ message }) => {
        reject(
          new ArgumentError(
            `serve: ${host}:${port} cannot be listened on (${message}); expected an address of this ` +
              "machine and a port that is free. Port 0 takes one.",
          ),
        );
      });
      this.#http.listen(port, host, resolve);
    });
  }

  /**
   * Opens the models again, and lets what was opened answer from the next request on. No request is
   * dropped: those that are being answered keep the model that they began with.
   *
   * @throws ArgumentError when a model cannot be opened; what was served before stays
   */
  reload(): Promise<void> {
    // One after the other: what was asked for last is what is served.
    const reloaded = this.#reloaded.catch(() => {}).then(() => this.#reload());
    this.#reloaded = reloaded;
    return reloaded;
  }

  async #reload(): Promise<void> {
    const versions = await this.#options.open();
    this.#app = await buildApp(this.#endpoints(versions), this.#appOptions());
    this.#versions = versions;
    this.#metrics.models.reset();
    for (const { name, version, model } of versions) {
      this.#metrics.models.labels(name, version, model.sha256).set(1);
    }
  }

  #appOptions(): AppOptions {
    const { bodyLimit = 16 * 2 ** 20, maxSamples = 1024, rateLimit, token } = this.#options;
    const state = () =>
      this.#closing ? "closing" : this.#options.log?.failed ? "log fails" : "ready";
    return { bodyLimit, maxSamples, rateLimit, token, metrics: this.#metrics, state };
  }

  #endpoints(versions: readonly Version[]): Endpoints {
    const { batch, wait, log } = this.#options;
    const endpoints = new Map<string, readonly [Endpoint, ...Endpoint[]]>();
    if (versions.length === 0) {
      throw new ArgumentError("serve: received no model, expected one or more.");
    }
    for (const each of versions) {
      const { name, version, model } = each;
      requireName(name);
      const batches = this.#metrics.batches.labels(name, version);
      const batcher = new Batcher((samples) => model.predict(samples), {
        ...(batch !== undefined && { batch }),
        ...(wait !== undefined && { wait }),
        onBatch: (samples) => batches.observe(samples),
      });
      const endpoint = { ...each, batcher, record: log?.recorder(model) };
      const [first, ...others] = endpoints.get(name) ?? [];
      if ([first, ...others].some((other) => other?.version === version)) {
        throw new ArgumentError(
          `serve: received two versions "${version}" of the model "${name}", expected each once.`,
        );
      }
      endpoints.set(name, first ? [first, ...others, endpoint] : [endpoint]);
    }
    return endpoints;
  }

  /**
   * Takes no more connections, answers what was asked, and ends. Connections that are open may finish what they
   * send, and are told to ask nowhere again; one that is silent for a quarter of a second is closed.
   *
   * @throws ArgumentError when the request log could not be written
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.once("close", resolve));
    // That of HTTP would cut connections at once on which a request is under way.
    NetServer.prototype.close.call(this.#http);
    const silent = setInterval(() => this.#closeSilent(), silence);
    const late = setTimeout(() => this.#http.closeAllConnections(), this.#timeout);
    await closed;
    clearInterval(silent);
    clearTimeout(late);
    // Ends its own watch over connections.
    this.#http.close();
    try {
      await this.#options.log?.close();
    } finally {
      await this.#options.release?.();
    }
  }

  #closeSilent(): void {
    this.#http.closeIdleConnections();
    // Those that never asked anything.
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}

/** Names stand in paths as they are. */
function requireName(name: string): void {
  if (/^[\w.-]+$/.test(name)) return;
  throw new ArgumentError(
    `serve: received ${describeValue(name)} as a name, expected letters, digits, ".", "_" and "-", as ` +
      "it stands in the path of requests; write NAME=RUN to give a run another one.",
  );
}
