const keyOf = (name: string): string => `versant.${name}`;

/** What this browser keeps under a name; null where it keeps nothing, or storage is forbidden. */
export function stored(name: string): string | null {
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

/** Keeps a text under a name. Where storage is forbidden, or full, a choice lasts as long as the page. */
export function store(name: string, value: string): void {
  try {
    localStorage.setItem(keyOf(name), value);
  } catch {
    // See above.
  }
}
