import type { Problem } from "versant/studio-api";
import { afterEach, expect, test, vi } from "vitest";
import { ApiError, post, refusal, setCsrf } from "../../src/api/client.js";

afterEach(() => {
  vi.unstubAllGlobals();
  refusal.value = null;
});

interface Asked {
  readonly path: string;
  readonly mark: string | null;
}

/** A server whose session has the mark "new". */
function serve(answer: (asked: Asked) => [status: number, body: unknown]): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const mark = new Headers(init.headers).get("x-versant-csrf");
    asked.push({ path, mark });
    const [status, body] = answer({ path, mark });
    return new Response(JSON.stringify(body), { status });
  });
  return asked;
}

const refused = (code: "session.mark" | "session.unknown"): Problem => ({
  error: "no",
  reason: { code, values: {} },
});

test("a page of an earlier session fetches the mark of the new one, and says it again", async () => {
  setCsrf("old");
  const asked = serve(({ path, mark }) => {
    if (path === "/api/session") return [200, { csrf: "new" }];
    return mark === "new" ? [201, { tags: [] }] : [403, refused("session.mark")];
  });
  expect(await post("/api/runs/a/tag", {})).toEqual({ tags: [] });
  expect(asked.map(({ path, mark }) => `${path} ${mark}`)).toEqual([
    "/api/runs/a/tag old",
    "/api/session null",
    "/api/runs/a/tag new",
  ]);
});

test("it does so once", async () => {
  const asked = serve(({ path }) =>
    path === "/api/session" ? [200, { csrf: "new" }] : [403, refused("session.mark")],
  );
  await expect(post("/api/runs/a/tag", {})).rejects.toMatchObject({ status: 403 });
  expect(asked).toHaveLength(3);
});

test("a browser that is not known is known to be so; one that gave a wrong token is not", async () => {
  serve(() => [401, { error: "wrong", reason: { code: "session.token", values: {} } }]);
  await expect(post("/api/session", {})).rejects.toBeInstanceOf(ApiError);
  expect(refusal.value).toBeNull();
  serve(() => [401, refused("session.unknown")]);
  await expect(post("/api/runs/a/tag", {})).rejects.toBeInstanceOf(ApiError);
  expect(refusal.value).toMatchObject({ status: 401, reason: { code: "session.unknown" } });
});

test("an answer that is no JSON, and none, are failures without a sentence", async () => {
  vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502 }));
  await expect(post("/api/runs/a/tag", {})).rejects.toMatchObject({ status: 502, message: "" });
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed to fetch")));
  await expect(post("/api/runs/a/tag", {})).rejects.toMatchObject({ status: 0, message: "" });
});
