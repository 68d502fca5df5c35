import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { startStudio } from "../../src/studio/server.js";
import { startedDraft } from "../ledger/temporary.js";
import { opened, studioOver } from "./studio.js";

const oneRun = () => studioOver((ledger) => ledger.append([startedDraft("line-a")]));

/** What fetch does not let anybody say: another Host. */
const asked = (url: string, headers: Record<string, string>) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asking = request(url, { headers }, async (response) => {
      let body = "";
      for await (const part of response) body += part;
      resolve({ status: response.statusCode ?? 0, body });
    });
    asking.on("error", reject).end();
  });

describe("the token", () => {
  test("is exchanged for a cookie, and vanishes from the address", async () => {
    const { studio } = await oneRun();
    const address = studio.address.replace("/?", "/runs/line-a?tab=data&");
    const response = await fetch(address, { redirect: "manual" });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/runs/line-a?tab=data");
    const cookie = response.headers.get("set-cookie");
    expect(cookie).toMatch(/^versant-studio-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    // The cookie does not say the token.
    expect(cookie).not.toContain(new URL(studio.address).searchParams.get("token"));
  });

  test.each(["", "?token=", "?token=wrong"])(
    "without it (%j) nothing is answered",
    async (query) => {
      const { studio } = await oneRun();
      const response = await fetch(`${studio.url}/${query}`, { redirect: "manual" });
      expect(response.headers.get("set-cookie")).toBeNull();
      for (const path of ["session", "runs", "runs/line-a", "fields", "stream", "nothing"]) {
        const refused = await fetch(`${studio.url}/api/${path}${query}`);
        expect(refused.status).toBe(401);
        expect(refused.headers.get("content-type")).toBe("application/json; charset=utf-8");
        expect(await refused.json()).toEqual({
          error: expect.stringMatching(/not known here/),
          reason: { code: "session.unknown", values: {} },
        });
      }
    },
  );

  test("wrong ones that pages of others make a browser send lock out nobody else", async () => {
    const { studio } = await oneRun();
    const enter = async (address: string, headers: Record<string, string>) =>
      (await fetch(address, { redirect: "manual", headers })).headers.get("set-cookie");
    const foreign = { "sec-fetch-site": "cross-site" };
    for (let tries = 0; tries < 12; tries++) {
      expect(await enter(`${studio.url}/?token=${tries}`, foreign)).toBeNull();
    }
    expect(await enter(studio.address, foreign)).toBeNull();
    expect(await enter(studio.address, {})).toMatch(/^versant-studio-/);
  });

  test("of another studio's cookie is none", async () => {
    const first = await oneRun();
    const second = await oneRun();
    const [, value = ""] = first.cookie.split("=");
    const [name = ""] = second.cookie.split("=");
    expect((await second.get("/api/runs", { cookie: `${name}=${value}` })).status).toBe(401);
    expect((await second.get("/api/runs")).status).toBe(200);
  });

  test("can be typed", async () => {
    const page = await opened({ token: "open sesame" });
    expect(page.studio.address).toBe(`${page.studio.url}/`);
    const wrong = await page.post("/api/session", { token: "sesame" });
    expect(wrong).toMatchObject({
      status: 401,
      body: { error: expect.stringMatching(/not this studio's token/) },
    });
    const right = await page.post("/api/session", { token: "open sesame" });
    expect(right.status).toBe(200);
    const cookie = right.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await page.get("/api/session", { cookie })).status).toBe(200);
  });

  test("is not found by trying: ten wrong ones a minute, however they are said", async () => {
    const page = await opened({ token: "open sesame" });
    const tryInAddress = (token: string) =>
      fetch(`${page.studio.url}/?token=${token}`, { redirect: "manual" });
    for (let tries = 0; tries < 5; tries++) {
      expect((await tryInAddress(String(tries))).headers.get("set-cookie")).toBeNull();
      expect((await page.post("/api/session", { token: String(tries) })).status).toBe(401);
    }
    const refused = { status: 429, body: { reason: { code: "session.tries" } } };
    expect(await page.post("/api/session", { token: "sesame" })).toMatchObject(refused);
    // From then on the right one tells nothing either; who is in stays in.
    expect(await page.post("/api/session", { token: "open sesame" })).toMatchObject(refused);
    expect((await tryInAddress("open%20sesame")).headers.get("set-cookie")).toBeNull();
  });

  test("is demanded where others reach the studio", async () => {
    await expect(startStudio({ host: "0.0.0.0" })).rejects.toThrow(
      /0\.0\.0\.0, which others reach/,
    );
    const page = await opened({ host: "0.0.0.0", token: "open sesame" });
    const { port } = new URL(page.studio.url);
    expect((await asked(page.studio.url, { host: `192.0.2.7:${port}` })).status).toBe(200);
    expect((await asked(page.studio.url, { host: "evil.example" })).status).toBe(403);
  });
});

describe("pages of others", () => {
  test.each(["evil.example", "studio.evil.example:80", "127.0.0.1.evil.example"])(
    "a name that is not this machine's is refused: %j",
    async (host) => {
      const { studio, cookie } = await oneRun();
      for (const path of ["/", "/api/runs"]) {
        const { status, body } = await asked(`${studio.url}${path}`, { host, cookie });
        expect(status).toBe(403);
        expect(JSON.parse(body).error).toContain(`does not answer as "${host}"`);
      }
      const { port } = new URL(studio.url);
      const own = await asked(`${studio.url}/api/runs`, { host: `localhost:${port}`, cookie });
      expect(own.status).toBe(200);
    },
  );

  test.each([
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1:1" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("a request that one makes is refused: %j", async (headers) => {
    const { post, ledger } = await oneRun();
    const answer = await post("/api/runs/line-a/tag", { added: ["hot"] }, headers);
    expect(answer).toMatchObject({
      status: 403,
      body: { error: expect.stringMatching(/its own pages only/) },
    });
    // However the address is written.
    expect((await post("/%61pi/runs/line-a/tag", { added: ["hot"] }, headers)).status).toBe(403);
    expect((await post("/api/session", { token: "x" }, headers)).status).toBe(403);
    expect(await ledger.events({ types: ["tagged"] })).toEqual([]);
  });

  test("a change without the mark of the session is refused", async () => {
    const { post, ledger } = await oneRun();
    const answer = await post("/api/runs/line-a/tag", { added: ["hot"] }, { "x-versant-csrf": "" });
    expect(answer).toMatchObject({
      status: 403,
      body: { error: expect.stringMatching(/mark of this session/) },
    });
    expect(await ledger.events({ types: ["tagged"] })).toEqual([]);
  });

  test("nothing is allowed to be asked from elsewhere, or to run inline", async () => {
    const { get } = await oneRun();
    const { headers } = await get("/");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).not.toContain("unsafe-inline");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("the application's files", () => {
  test("a page's address is answered by the application, a file's by the file", async () => {
    const { get } = await oneRun();
    for (const path of ["/", "/runs/line-a", "/compare?a=1"]) {
      expect((await get(path)).body).toBe("<!doctype html><title>studio</title>");
    }
    const { headers, body } = await get("/assets/main-1a2b.js");
    expect(body).toBe("export {};");
    expect(headers.get("content-type")).toMatch(/^(text|application)\/javascript/);
    expect(headers.get("cache-control")).toContain("immutable");
    expect((await get("/")).headers.get("cache-control")).toBe("no-cache");
    expect((await get("/..%2f..%2fetc/passwd")).body).not.toContain("root:");
  });
});

test("the port of another is refused in words", async () => {
  const { studio } = await oneRun();
  const port = Number(new URL(studio.url).port);
  await expect(startStudio({ port })).rejects.toThrow(/cannot be listened on .*free port/s);
});

test.each([
  ["en", "?language=en", "This cannot be shown"],
  ["fr", "", "Ceci ne peut pas être affiché"],
])(
  "who reads in a tab of its own reads why there is nothing (%s)",
  async (language, query, title) => {
    const page = await oneRun();
    const address = `/api/runs/${encodeURIComponent("<script>x</script>")}/dossier${query}`;
    const headers = { accept: "text/html,*/*;q=0.8", "accept-language": "fr-FR" };
    const { status, body, headers: given } = await page.get(address, headers);
    expect(status).toBe(404);
    expect(given.get("content-type")).toBe("text/html; charset=utf-8");
    expect(given.get("content-security-policy")).toMatch(/^default-src 'none'.*; sandbox$/);
    expect(body).toContain(`<html lang="${language}">`);
    expect(body).toContain(`<h1>${title}</h1>`);
    expect(body).toContain("&lt;script&gt;x&lt;/script&gt;");
    expect(body).not.toContain("<script>");
    const stranger = await page.get(address, { ...headers, cookie: "" });
    expect(stranger).toMatchObject({
      status: 401,
      body: expect.stringContaining("not known here"),
    });
    // Scripts are answered as ever.
    expect(await page.get(address, { accept: "*/*" })).toMatchObject({
      status: 404,
      body: { reason: { code: "run.unknown" } },
    });
  },
);
