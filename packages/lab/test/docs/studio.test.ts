import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { run } from "../command/run.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "versant-studio-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Something wrong that a command finds when it has understood all of its flags, and what it says then. */
const faults: Readonly<Record<string, readonly [flags: readonly string[], said: RegExp]>> = {
  studio: [["--port", "70000"], /^versant: --port: received "70000"/],
  train: [["--epochs", "0"], /^versant: --epochs: received "0"/],
};

describe.each(["docs/studio.md", "docs/studio.fr.md"])("%s", (path) => {
  const page = readFileSync(join(repository, path), "utf8");
  const commands = [...page.matchAll(/^[^#\n]*\bnpx versant ([^#\n]+)/gm)].map(([, words = ""]) =>
    words.trim().split(/ +/),
  );

  test("has commands of both kinds", () => {
    expect(commands.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(faults)));
    expect(commands).toHaveLength(7);
  });

  test.each(commands.map((words) => [words]))("%j has flags that there are", async (words) => {
    const [name = ""] = words;
    const [flags, said] = faults[name] ?? [[], /nothing/];
    const given = words.map((word) => {
      if (word.endsWith(".ts")) return join(repository, word);
      if (!word.endsWith(".txt")) return word;
      writeFileSync(join(folder, word), "a token that nobody guesses");
      return join(folder, word);
    });
    expect(await run(...given, ...flags)).toMatchObject({
      code: 2,
      err: expect.stringMatching(said),
    });
  });

  test("has pictures that there are, for both themes", () => {
    const pictures = [...page.matchAll(/images\/[\w-]+\.png/g)].map(([picture]) => picture);
    expect(pictures.length).toBeGreaterThan(10);
    expect(pictures.filter((each) => !existsSync(join(repository, "docs", each)))).toEqual([]);
    const lights = pictures.filter((each) => each.includes("-light-"));
    expect(lights.map((each) => each.replace("-light-", "-dark-"))).toEqual(
      pictures.filter((each) => each.includes("-dark-")),
    );
  });
});
