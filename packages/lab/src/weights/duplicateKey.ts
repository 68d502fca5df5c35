/**
 * The first key that an object of this JSON text holds twice, or `null`. `JSON.parse` keeps the last
 * of both in silence; two readers of one file could see different contents.
 *
 * @param text valid JSON
 */
export function duplicateKey(text: string): string | null {
  const open: Set<string>[] = [];
  // By hand: a regular expression for strings needs a stack that grows with the longest of them.
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    else if (character === "}") open.pop();
    else if (character === '"') {
      const start = at;
      at = endOfString(text, start);
      let next = at + 1;
      while (/\s/.test(text[next] ?? "")) next++;
      if (text[next] !== ":") continue;
      const key: string = JSON.parse(text.slice(start, at + 1));
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return null;
}

/** Where the quote stands that ends a string: the next one behind an even number of backslashes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text[before] === "\\") before--;
    if ((end - before) % 2 === 1) return end;
  }
}
