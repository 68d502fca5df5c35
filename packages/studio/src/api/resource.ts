import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type ApiError, admissions, asApiError } from "./client.js";

/** Something that is asked for: what is known of it, and what went wrong the last time. */
export interface Resource<T> {
  /** The last answer; it stays while a newer one is on its way. */
  readonly value: Signal<T | undefined>;
  readonly error: ReadonlySignal<ApiError | undefined>;
  readonly isLoading: ReadonlySignal<boolean>;
  reload(): void;
}

/**
 * Asks when it is first shown, and again when the key changes; an answer that comes after a newer question
 * is dropped.
 */
export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
): Resource<T> {
  const state = useMemo(
    () => ({
      value: signal<T | undefined>(undefined),
      error: signal<ApiError | undefined>(undefined),
      isLoading: signal(true),
      round: signal(0),
    }),
    [],
  );
  const round = state.round.value + admissions.value;
  useEffect(() => {
    const abort = new AbortController();
    state.isLoading.value = true;
    load(abort.signal).then(
      (value) => {
        if (abort.signal.aborted) return;
        state.value.value = value;
        state.error.value = undefined;
        state.isLoading.value = false;
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        state.error.value = asApiError(error);
        state.isLoading.value = false;
      },
    );
    return () => abort.abort();
  }, [key, round]);
  return { ...state, reload: () => void state.round.value++ };
}
