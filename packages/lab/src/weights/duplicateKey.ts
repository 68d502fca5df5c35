/**
 * The first key that an object of this JSON text holds twice, or `null`. `JSON.parse` keeps the last
 * of both in silence; two readers of one file could see different contents.
 *
 * @param text valid JSON
 */
export function duplicateKey(text: string): string | null {
  const open: Set<string>[] = [];
  for (const [token, quoted] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (quoted) {
      const key: string = JSON.parse(quoted);
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return null;
}
