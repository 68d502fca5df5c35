import { signal } from "@preact/signals";
import type { Session } from "versant/studio-api";
import { admissions, asApiError, get, refusal, setCsrf } from "../api/client.js";

/** Who is here, as the server sees it; null until it has answered. */
export const session = signal<Session | null>(null);

export async function openSession(): Promise<void> {
  try {
    const opened = await get<Session>("/api/session");
    setCsrf(opened.csrf);
    session.value = opened;
    refusal.value = null;
    admissions.value++;
  } catch (error) {
    refusal.value = asApiError(error);
  }
}
