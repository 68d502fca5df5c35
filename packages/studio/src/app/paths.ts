/** The address of a page, every part encoded: `pathOf("runs", "calm otter")` is "/runs/calm%20otter". */
export const pathOf = (...parts: readonly string[]): string =>
  `/${parts.map(encodeURIComponent).join("/")}`;

/**
 * The parts of a path that a pattern names: `match("/runs/:id", "/runs/a")` is `{ id: "a" }`; null where the
 * path has another form, or holds what is no text.
 */
export function match(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (wanted.length !== given.length) return null;
  const parts: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    let value: string;
    try {
      value = decodeURIComponent(given[index] ?? "");
    } catch {
      return null;
    }
    if (part.startsWith(":")) parts[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return parts;
}
