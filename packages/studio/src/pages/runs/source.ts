import { signal } from "@preact/signals";
import type { RunRow, RunsAnswer } from "versant/studio-api";
import { type ApiError, asApiError, get } from "../../api/client.js";
import { pagesOf, type Window } from "../../design/grid/window.js";
import type { ListQuery } from "./query.js";

/** Rows that are asked for at once. */
const pageSize = 100;

/** The runs that satisfy a query, asked for page by page as they come into sight. */
export class RunsSource {
  /** Of all pages; undefined until the first one is here. */
  readonly total = signal<number | undefined>(undefined);
  readonly error = signal<ApiError | undefined>(undefined);
  /** Counts what came in. */
  readonly changes = signal(0);
  readonly #pages = new Map<number, RunRow[]>();
  readonly #asked = new Set<number>();
  readonly #abort = new AbortController();

  /** @param columns hyper-parameters and scores that rows bring */
  constructor(
    private readonly query: ListQuery,
    private readonly columns: readonly string[],
  ) {
    void this.#ask(0);
  }

  rowAt(index: number): RunRow | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Asks for the rows of a window that are not here. */
  want(window: Window): void {
    for (const page of pagesOf(window, pageSize)) void this.#ask(page);
  }

  /** Puts a run in the place of what is known of it; false where it is not among the rows. */
  update(row: RunRow): boolean {
    for (const rows of this.#pages.values()) {
      const index = rows.findIndex(({ id }) => id === row.id);
      const old = rows[index];
      if (!old) continue;
      rows[index] = { ...row, sparkline: row.sparkline ?? old.sparkline };
      this.changes.value++;
      return true;
    }
    return false;
  }

  close(): void {
    this.#abort.abort();
  }

  async #ask(page: number): Promise<void> {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    const { search, where, sort, isDescending } = this.query;
    try {
      const answer = await get<RunsAnswer>(
        "/api/runs",
        {
          where,
          search: search || undefined,
          sort,
          order: isDescending ? "desc" : "asc",
          offset: page * pageSize,
          limit: pageSize,
          columns: this.columns.join(","),
        },
        this.#abort.signal,
      );
      this.#pages.set(page, [...answer.rows]);
      this.error.value = undefined;
      this.total.value = answer.total;
      this.changes.value++;
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#asked.delete(page);
      this.error.value = asApiError(error);
    }
  }
}
