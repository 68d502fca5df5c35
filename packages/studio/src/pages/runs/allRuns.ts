import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { RunRow, RunsAnswer } from "versant/studio-api";
import { type ApiError, asApiError, get } from "../../api/client.js";
import type { ListQuery } from "./query.js";

/** Runs that pictures draw at most. */
export const mostDrawn = 10_000;

const pageSize = 1000;

/** All runs that satisfy a query, for pictures: the first of them at once, the others together. */
class AllRuns {
  readonly rows = signal<readonly RunRow[]>([]);
  readonly error = signal<ApiError | undefined>(undefined);
  readonly #abort = new AbortController();

  constructor(
    private readonly query: ListQuery,
    private readonly columns: readonly string[],
  ) {
    void this.#ask();
  }

  /** Puts a run in the place of what is known of it. */
  update(row: RunRow): void {
    const index = this.rows.value.findIndex(({ id }) => id === row.id);
    if (index >= 0) this.rows.value = this.rows.value.with(index, row);
  }

  retry(): void {
    this.error.value = undefined;
    this.rows.value = [];
    void this.#ask();
  }

  close(): void {
    this.#abort.abort();
  }

  async #ask(): Promise<void> {
    const { search, where } = this.query;
    const known: RunRow[] = [];
    try {
      for (let offset = 0; offset < mostDrawn; offset += pageSize) {
        const { rows } = await get<RunsAnswer>(
          "/api/runs",
          {
            ...{ where, search: search || undefined, offset, limit: pageSize },
            ...{ columns: this.columns.join(","), sparklines: "no" },
          },
          this.#abort.signal,
        );
        known.push(...rows);
        if (offset === 0) this.rows.value = rows;
        if (rows.length < pageSize) break;
      }
      this.rows.value = known;
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.error.value = asApiError(error);
    }
  }
}

/** @param total how many there are: when that changes, all are asked for anew */
export function useAllRuns(
  { search, where }: ListQuery,
  columns: readonly string[],
  total: number,
): AllRuns {
  const key = JSON.stringify([search, where, columns, total]);
  const runs = useMemo(
    () => new AllRuns({ search, where, sort: undefined, isDescending: true }, columns),
    [key],
  );
  useEffect(() => () => runs.close(), [runs]);
  return runs;
}
