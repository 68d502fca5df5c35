import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../../${name}`, import.meta.url), "utf8"));

test("no package runs a script when it is installed, and npm is told so of each that has one", () => {
  const packages: Record<string, { hasInstallScript?: true }> = read("package-lock.json").packages;
  const withScript = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [[path.replace(/^.*node_modules\//, ""), false]] : [],
  );
  expect(read("package.json").allowScripts).toEqual(Object.fromEntries(withScript));
});
