import { signal } from "@preact/signals";
import type { Problem, Reason, Session } from "versant/studio-api";

/** A request that was not answered as it should be. */
export class ApiError extends Error {
  /** What it is about, where pages have words of their own for it. */
  readonly reason: Reason | undefined;

  /** @param status of the answer; 0 where there was none */
  constructor(
    readonly status: number,
    { error = "", reason }: Partial<Problem> = {},
  ) {
    super(error);
    this.reason = reason;
  }
}

export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(0, { error: String(error) });

/** Why this browser is not let in: the token is missing or wrong, or the server is another one; null where it is. */
export const refusal = signal<ApiError | null>(null);

/** Counts how often this browser was let in: each time everything has to be asked for anew. */
export const admissions = signal(0);

/** The parameters of an address; lists are repeated, undefined ones left out. */
export type Query = Readonly<
  Record<string, string | number | readonly (string | number)[] | undefined>
>;

let csrf = "";

/** What each POST brings, so that no other site can send one. */
export function setCsrf(token: string): void {
  csrf = token;
}

export function addressOf(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value];
    for (const each of values) if (each !== undefined) parameters.append(name, String(each));
  }
  const search = parameters.toString();
  return search ? `${path}?${search}` : path;
}

/** @throws ApiError when the server refuses, or does not answer */
export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return request<T>(addressOf(path, query), { ...(signal && { signal }) });
}

/** @throws ApiError when the server refuses, or does not answer */
export async function post<T>(path: string, body: unknown): Promise<T> {
  try {
    return await send<T>(path, body);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason?.code !== "session.mark") throw error;
    // Another tab has been let in since, and the cookie is of its session.
    setCsrf((await get<Session>("/api/session")).csrf);
    return send<T>(path, body);
  }
}

function send<T>(path: string, body: unknown): Promise<T> {
  return request<T>(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-versant-csrf": csrf },
    body: JSON.stringify(body),
  });
}

async function request<T>(address: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, { ...init, credentials: "same-origin" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0);
  }
  // The interface says what an answer is; one that is no JSON is a fault of whatever stands in between.
  const answer = (await response.json().catch(() => ({ error: "" }))) as T | Problem;
  if (response.ok) return answer as T;
  const failure = new ApiError(response.status, answer as Problem);
  if (failure.reason?.code === "session.unknown") refusal.value ??= failure;
  throw failure;
}
