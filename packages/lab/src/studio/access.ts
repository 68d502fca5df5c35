import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { parseCookie, stringifySetCookie } from "cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isLoopback } from "../serve/loopback.js";
import { StudioError } from "./problem.js";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** How long it takes tells nothing of the right one. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/**
 * Who may ask: whoever has the token, from a page of this server, under a name that is this server's.
 *
 * The token stands in the address that is opened, and is exchanged there for a cookie, which pages of others
 * cannot make a browser send (`SameSite=Strict`), and scripts cannot read. A name that somebody else's page points
 * at this machine (DNS rebinding) is none of its own.
 */
export class Access {
  readonly token: string;
  readonly #secret = randomBytes(32);
  readonly #host: string;
  #port = 0;

  /**
   * @param host what is listened on
   * @param token default: one that is drawn
   */
  constructor(host: string, token = randomBytes(24).toString("base64url")) {
    this.#host = host;
    this.token = token;
  }

  /** Cookies know no ports: several studios of a machine have names of their own. */
  listensOn(port: number): void {
    this.#port = port;
  }

  /** What the cookie says: of no use to anybody who starts this server again. */
  get #ticket(): string {
    return createHmac("sha256", this.#secret).update(this.token).digest("base64url");
  }

  /** What a request that changes something has to bring besides the cookie. */
  get csrf(): string {
    return createHmac("sha256", this.#secret).update("csrf").digest("base64url");
  }

  get #cookie(): string {
    return `versant-studio-${this.#port}`;
  }

  isToken(text: unknown): boolean {
    return typeof text === "string" && isSame(text, this.token);
  }

  /** Gives the cookie. */
  admit(reply: FastifyReply): void {
    const cookie = stringifySetCookie({
      ...{ name: this.#cookie, value: this.#ticket, path: "/" },
      ...{ httpOnly: true, sameSite: "strict" },
    });
    reply.header("set-cookie", cookie);
  }

  /** @throws StudioError 403 for a name that is not this server's */
  requireOwnName({ headers: { host = "" } }: FastifyRequest): void {
    if (this.#isOwnName(nameOf(host))) return;
    throw new StudioError(
      403,
      `This studio does not answer as ${JSON.stringify(host)}; open the address that it printed.`,
      { code: "session.foreign", values: {} },
    );
  }

  /** @throws StudioError 403 for what pages of others make a browser send */
  requireOwnPage(request: FastifyRequest): void {
    if (isOwnPage(request)) return;
    throw new StudioError(403, "This studio answers its own pages only, not those of others.", {
      code: "session.foreign",
      values: {},
    });
  }

  /** @throws StudioError 401 without the cookie, 403 for a change without the session's mark */
  requireSession({ headers, method }: FastifyRequest): void {
    const given = parseCookie(headers.cookie ?? "")[this.#cookie];
    if (given === undefined || !isSame(given, this.#ticket)) {
      throw new StudioError(
        401,
        "This browser is not known here: open the address with the token that `versant studio` printed.",
        { code: "session.unknown", values: {} },
      );
    }
    if (method === "GET" || method === "HEAD") return;
    const mark = headers["x-versant-csrf"];
    if (typeof mark === "string" && isSame(mark, this.csrf)) return;
    throw new StudioError(403, "The request lacks the mark of this session; load the page anew.", {
      code: "session.mark",
      values: {},
    });
  }

  /** Addresses cannot be pointed elsewhere; names can, so only this machine's count. */
  #isOwnName(name: string): boolean {
    if (isLoopback(name)) return true;
    if (isLoopback(this.#host)) return false;
    return isIP(name) !== 0 || name === this.#host || name === hostname().toLowerCase();
  }
}

/** Whether no page of others made the browser send it, as far as browsers say. */
export function isOwnPage({ headers }: FastifyRequest): boolean {
  const { host, origin } = headers;
  const site = headers["sec-fetch-site"];
  const isForeign = origin !== undefined && originHost(origin) !== host;
  return !isForeign && site !== "cross-site" && site !== "same-site";
}

/** The name in "name:port" or "[::1]:port". */
const nameOf = (host: string): string =>
  host
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
