import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../src", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" });

/** The folder of a path, undefined for a file that stands in none. */
const folderOf = (path: string): string | undefined =>
  path.includes(sep) ? path.split(sep)[0] : undefined;

function importsByFolder(): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const file of files) {
    const folder = folderOf(file);
    if (folder === undefined || !file.endsWith(".ts")) continue;
    const source = readFileSync(join(root, file), "utf8");
    for (const [, path = ""] of source.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
      const other = folderOf(relative(root, join(root, dirname(file), path)));
      if (other === undefined || other === folder) continue;
      imports.set(folder, (imports.get(folder) ?? new Set()).add(other));
    }
  }
  return imports;
}

test("folders import downwards: none comes back to itself", () => {
  const imports = importsByFolder();
  expect(imports.get("command")).toContain("recording");
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const each of imports.get(from) ?? []) {
      if (!seen.has(each)) reached(each, seen.add(each));
    }
    return seen;
  };
  expect([...imports.keys()].filter((folder) => reached(folder).has(folder))).toEqual([]);
});

test("every folder says what it is for", () => {
  const folders = new Set(files.flatMap((file) => folderOf(file) ?? []));
  expect([...folders].filter((folder) => !files.includes(join(folder, "README.md")))).toEqual([]);
});
