/**
 * Where a key leads a slider over places from 0 to `last`, with PageUp and PageDown a twentieth of them; undefined for keys
 * that lead nowhere.
 *
 * @param at -1 where it stands nowhere yet
 */
export function slideTo(key: string, at: number, last: number): number | undefined {
  const page = Math.max(1, Math.round(last / 20));
  const moves: Readonly<Record<string, number>> = {
    ...{ ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1 },
    ...{ PageUp: at + page, PageDown: at - page, Home: 0, End: last },
  };
  const next = moves[key];
  return next === undefined ? undefined : Math.max(0, Math.min(next, last));
}
