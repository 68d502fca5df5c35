import { readFile, realpath, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createJiti } from "jiti";

/**
 * Specifiers of relative imports, in whatever way they are written. A comment that looks like one counts
 * if there is such a file: rather a file too many than one too few.
 */
const specifiers = /\b(?:from|import|require)\b\s*\(?\s*(["'`])(\.{1,2}(?:\/[^"'`\n]*)?)\1/g;

const readable = new Set([".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".json"]);

/**
 * The files of the user's own that an experiment is made of: the file, what it imports by a relative path,
 * and so on, links followed; and what has been loaded from these by a name that was computed. Packages in
 * node_modules are not among them: the lock file says which those are.
 *
 * @returns contents by absolute path
 */
export async function readSources(file: string): Promise<Map<string, Buffer>> {
  const loaded = loadedByFile();
  const jiti = createJiti(file);
  const sources = new Map<string, Buffer>();
  const seen = new Set<string>();
  let next = [await realpath(file)];
  while (next.length > 0) {
    for (const path of next) seen.add(path);
    const imported = await Promise.all(
      next.map(async (path) => {
        const content = await readFile(path);
        sources.set(path, content);
        const found = importsOf(path, content).map((name) => resolveImport(jiti, name, path));
        return Promise.all([...found, ...(loaded.get(path) ?? [])].map(ownFile));
      }),
    );
    next = [...new Set(imported.flat())].flatMap((path) => (path && !seen.has(path) ? path : []));
  }
  return sources;
}

function importsOf(path: string, content: Buffer): string[] {
  if (extname(path) === ".json") return [];
  return [...content.toString("utf8").matchAll(specifiers)].flatMap(([, , name]) => name ?? []);
}

/** As the file was loaded: "./net.js" may be net.ts, and "./nets" nets/index.ts. */
function resolveImport(
  jiti: ReturnType<typeof createJiti>,
  name: string,
  from: string,
): string | undefined {
  try {
    const url = jiti.esmResolve(name, { parentURL: pathToFileURL(from), try: true });
    return url?.startsWith("file:") ? fileURLToPath(url) : url;
  } catch {
    return undefined;
  }
}

/** Where a file really is; undefined for what is none of the user's own sources. */
async function ownFile(path: string | undefined): Promise<string | undefined> {
  if (path === undefined || !readable.has(extname(path))) return undefined;
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || real.split(sep).includes("node_modules")) return undefined;
  return (await stat(real)).isFile() ? real : undefined;
}

/** What each file was the first to load, as far as CommonJS knows; TypeScript is loaded as such. */
function loadedByFile(): Map<string, string[]> {
  const loaded = new Map<string, string[]>();
  for (const [path, module] of Object.entries(createRequire(import.meta.url).cache)) {
    const parent = module?.parent?.filename;
    if (parent) loaded.set(parent, [...(loaded.get(parent) ?? []), path]);
  }
  return loaded;
}
