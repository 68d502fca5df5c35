import { readdirSync, readFileSync } from "node:fs";
import { nn } from "@versant/core";
import { expect, test } from "vitest";

const isTest = (name: string): boolean => name.endsWith(".test.ts");
const tests = readdirSync(new URL(".", import.meta.url))
  .filter(isTest)
  .map((name) => readFileSync(new URL(name, import.meta.url), "utf8"))
  .join("\n");

// The members of a list are called by the model that holds it: it has no forward to check.
const exempt: readonly string[] = ["ModuleList"];

test("every layer goes through checkLayer in one of the tests of this folder", () => {
  const layers = Object.entries(nn).flatMap(([name, value]) =>
    typeof value === "function" && value.prototype instanceof nn.Module ? [name] : [],
  );
  expect(layers).toContain("Linear");
  const unchecked = layers.filter((name) => !new RegExp(`new nn\\.${name}\\b`).test(tests));
  expect(unchecked).toEqual(exempt);
});
