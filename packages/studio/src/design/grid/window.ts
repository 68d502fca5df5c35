/** The rows between these, the second one not included. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Which rows are drawn: those that are seen, and some around them. */
export function windowOf(
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  total: number,
  around = 8,
): Window {
  const first = Math.floor(scrollTop / rowHeight) - around;
  const last = Math.ceil((scrollTop + viewHeight) / rowHeight) + around;
  const start = Math.max(0, Math.min(first, total));
  return { start, end: Math.max(start, Math.min(last, total)) };
}

/** Numbers of the pages of so many rows that a window touches. */
export function pagesOf({ start, end }: Window, size: number): readonly number[] {
  const pages: number[] = [];
  for (let page = Math.floor(start / size); page * size < end; page++) pages.push(page);
  return pages;
}

/** The row that a key leads to from another one; undefined for keys that lead nowhere. */
export function rowAfter(
  key: string,
  row: number,
  total: number,
  rowsInView: number,
): number | undefined {
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + rowsInView,
    PageUp: row - rowsInView,
    Home: 0,
    End: total - 1,
  };
  const next = moves[key];
  return next === undefined ? undefined : Math.max(0, Math.min(next, total - 1));
}
