import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { expect, test } from "vitest";

const source = join(import.meta.dirname, "../../src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" });
const read = (file: string): string => readFileSync(join(source, file), "utf8");

/** The names in the `class` attributes of a file. */
const classesIn = (tsx: string): Set<string> =>
  new Set(
    [...tsx.matchAll(/\bclass=("[^"]*"|\{`[^`]*`\}|\{[^}]*\})/g)].flatMap(
      ([, value = ""]) => value.match(/[a-z][\w-]*/g) ?? [],
    ),
  );

/** The classes that the rules of a style sheet begin with. */
const leadingClasses = (css: string): string[] =>
  [...css.replaceAll(/\/\*.*?\*\//gs, "").matchAll(/([^{}]+)\{/g)]
    .flatMap(([, selectors = ""]) => selectors.split(","))
    .flatMap((selector) => /^\s*\.([\w-]+)/.exec(selector)?.[1] ?? []);

/** Style sheets stay when somebody goes on to another page: a rule begins with a class that is its page's own. */
test("no page's styles reach into another part of the application", () => {
  const components = files.filter((file) => file.endsWith(".tsx"));
  const foreign = files
    .filter((file) => file.endsWith(".css") && file.startsWith(`pages${sep}`))
    .flatMap((sheet) => {
      const others = components.filter((file) => !file.startsWith(dirname(sheet) + sep));
      const used = new Map(others.map((file) => [file, classesIn(read(file))]));
      return [...new Set(leadingClasses(read(sheet)))].flatMap((name) =>
        others.filter((file) => used.get(file)?.has(name)).map((file) => [sheet, name, file]),
      );
    });
  expect(foreign).toEqual([]);
});
