import type { Problem } from "versant/studio-api";

/** A request that was not answered as it should be. */
export class ApiError extends Error {
  /** @param status of the answer; 0 where there was none */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

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
    throw new ApiError(0, "");
  }
  // The interface says what an answer is; one that is no JSON is a fault of whatever stands in between.
  const answer = (await response.json().catch(() => ({ error: "" }))) as T | Problem;
  if (response.ok) return answer as T;
  throw new ApiError(response.status, (answer as Problem).error ?? "");
}
