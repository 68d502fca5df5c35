import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type {
  Curve,
  LandscapeAnswer,
  RunRow,
  RunsAnswer,
  SeriesAnswer,
  Session,
  StreamMessages,
} from "versant/studio-api";
import { insideOf } from "./inside.js";
import { landscapeOf } from "./landscape.js";
import { curvesOf, detailOf, diffOf, eventsOf, fields, rowOf } from "./ledger.js";
import { searchOf } from "./searches.js";

/** The policy of the studio's server. */
const policy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const csrf = "csrf of the test";

/** All of the curves, else a point each step of a part of some. */
function seriesOf(curves: Readonly<Record<string, Curve>>, query: URLSearchParams): SeriesAnswer {
  const names = Object.keys(curves);
  const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
  if (to === 0) return { names, series: curves, sequence: 100 };
  const step = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const curve = { step, value: step.map(() => 0.5), time: step, sequence: step };
  const chosen = (query.get("names") ?? "").split(",").map((name) => [name, curve] as const);
  return { names, series: Object.fromEntries(chosen), sequence: 100 };
}

/** What `versant studio` answers, for an application that is tested by itself. */
export class FakeServer {
  readonly rows: RunRow[];
  /** Bodies of what was posted, by path. */
  readonly posted: { readonly path: string; readonly body: unknown }[] = [];
  /** Addresses that were asked for. */
  readonly asked: string[] = [];
  /** Trials that are over of each search, by its name. */
  readonly searches = new Map([
    ["one-end", 80],
    ["many-ends", 60],
  ]);
  /** What is said of landscapes in place of what there is. */
  landscape: Partial<LandscapeAnswer> = {};
  /** Whether requests bear the cookie of a session. */
  isOpen = true;
  readonly #streams = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  constructor(
    private readonly folder: string,
    count = 10_000,
  ) {
    this.rows = Array.from({ length: count }, (_, index) => rowOf(count - index));
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  get listeners(): number {
    return this.#streams.size;
  }

  send<Name extends keyof StreamMessages>(
    name: Name,
    message: StreamMessages[Name],
    id: number,
  ): void {
    for (const stream of this.#streams) {
      stream.write(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(message)}\n\n`);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (!url.pathname.startsWith("/api/")) return this.#file(url.pathname, response);
    this.asked.push(url.pathname + url.search);
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (!this.isOpen && request.method !== "POST") {
      return json(401, { error: "The token is missing, or wrong." });
    }
    if (request.method === "POST") {
      const chunks = await request.toArray();
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      if (url.pathname === "/api/session") this.isOpen = true;
      else if (request.headers["x-versant-csrf"] !== csrf) return json(403, { error: "no csrf" });
      this.posted.push({ path: url.pathname, body });
      return json(200, {});
    }
    if (url.pathname === "/api/stream") {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      this.#streams.add(response);
      response.on("close", () => this.#streams.delete(response));
      return;
    }
    const answer = this.#json(url);
    if (answer === undefined) json(404, { error: `There is no ${url.pathname}.` });
    else json(200, answer);
  }

  #json({ pathname, searchParams }: URL): unknown {
    const find = (id: string | null): RunRow | undefined =>
      this.rows.find((row) => row.id === id || `#${row.number}` === id);
    if (pathname === "/api/session") {
      return {
        ...{ version: "0.1.0", ledger: "/projects/digits/.versant", language: "en", csrf },
        user: { name: "Ada", key: "0a1b" },
      } satisfies Session;
    }
    if (pathname === "/api/fields") return fields;
    if (pathname === "/api/runs") return this.#list(searchParams);
    if (pathname === "/api/diff") {
      const [a, b] = [find(searchParams.get("a")), find(searchParams.get("b"))];
      return a && b && diffOf(a, b);
    }
    const [, , kind, id = "", what] = pathname.split("/");
    if (kind === "searches") return this.#search(id);
    const run = find(decodeURIComponent(id));
    if (!run) return undefined;
    const detail = detailOf(run);
    if (what === "series") {
      return seriesOf(curvesOf(run), searchParams);
    }
    if (what === "inside") return insideOf(run);
    if (what === "landscape") return { ...landscapeOf(run), ...this.landscape };
    if (what === "events") return { events: eventsOf(detail), more: false };
    return detail;
  }

  #search(name: string): unknown {
    if (name === "") {
      const all = [...this.searches].map(([each, count]) => searchOf(each, count).search);
      return { searches: all };
    }
    const count = this.searches.get(name);
    return count === undefined ? undefined : searchOf(name, count);
  }

  #list(query: URLSearchParams): RunsAnswer {
    const search = query.get("search") ?? "";
    const wanted = query.getAll("where").map((each) => {
      const end = each.indexOf("=");
      return [each.slice(0, end), each.slice(end + 1)] as const;
    });
    const rows = this.rows.filter(
      (row) =>
        `${row.id} ${row.experiment} ${row.tags.join(" ")}`.includes(search) &&
        wanted.every(([name, value]) =>
          name === "tags" ? row.tags.includes(value) : row[name as keyof RunRow] === value,
        ),
    );
    const sort = query.get("sort");
    const value = (row: RunRow): number =>
      Number(row.scores[sort ?? ""] ?? row.hyperparameters[sort ?? ""] ?? row.number);
    if (sort) rows.sort((a, b) => value(a) - value(b));
    if (sort && query.get("order") === "desc") rows.reverse();
    const offset = Number(query.get("offset") ?? 0);
    return {
      total: rows.length,
      rows: rows.slice(offset, offset + Number(query.get("limit") ?? 100)),
    };
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const name = extname(path) === "" ? "/index.html" : path;
    const content = await readFile(join(this.folder, name)).catch(() => null);
    if (!content) response.writeHead(404).end();
    else {
      const type = types[extname(name)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, "content-security-policy": policy });
      response.end(content);
    }
  }
}
