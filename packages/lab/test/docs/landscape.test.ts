import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { run } from "../command/run.js";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const page = readFileSync(join(repository, "docs/landscape.md"), "utf8");

/** What makes a command of the page quick, and changes none of its flags. */
const quick: Readonly<Record<string, readonly string[]>> = {
  train: ["--epochs", "1", "--log", "plain"],
  landscape: ["--grid", "5", "--samples", "16"],
};

test("read from the top, every command does what the page says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "versant-landscape-"));
  const before = process.cwd();
  process.chdir(folder);
  vi.stubEnv("VERSANT_LEDGER", join(folder, "ledger"));
  vi.stubEnv("VERSANT_KEYS", join(folder, "keys"));
  try {
    const lines = [...page.matchAll(/^npx versant (.*)$/gm)].map(([, line = ""]) => line);
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      const words = line.split(" ").map((word) => word.replace(/^(?=examples\/)/, repository));
      const shortened = quick[words[0] ?? ""] ?? [];
      const kept = words.filter(
        (word, index) => !shortened.includes(word) && !shortened.includes(words[index - 1] ?? ""),
      );
      const { code, err } = await run(...kept, ...shortened);
      expect([line, code, err]).toEqual([line, 0, ""]);
    }
    expect(readdirSync("figures")).toEqual(
      expect.arrayContaining(["landscape-path-train.svg", "landscape-random-validation.svg"]),
    );
  } finally {
    process.chdir(before);
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});
