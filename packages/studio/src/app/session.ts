import { signal } from "@preact/signals";
import type { Session } from "versant/studio-api";
import { ApiError, get, setCsrf } from "../api/client.js";

/** Who is here, as the server sees it; null until it has answered. */
export const session = signal<Session | null>(null);

/** Why there is no session: the token is missing or wrong, or the server does not answer. */
export const refusal = signal<ApiError | null>(null);

export async function openSession(): Promise<void> {
  try {
    const opened = await get<Session>("/api/session");
    setCsrf(opened.csrf);
    session.value = opened;
    refusal.value = null;
  } catch (error) {
    refusal.value = error instanceof ApiError ? error : new ApiError(0, String(error));
  }
}
