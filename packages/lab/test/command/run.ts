import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { main } from "../../src/command/main.js";

/** The path of a file beside these tests. */
export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** What the command prints and returns when it is given these words. */
export async function run(
  ...args: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      out += text;
      return true;
    }),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      err += text;
      return true;
    }),
    vi.spyOn(console, "log").mockImplementation((text) => {
      out += `${text}\n`;
    }),
    vi.spyOn(console, "error").mockImplementation((text) => {
      err += `${text}\n`;
    }),
  ];
  try {
    const code = await main(args);
    return { code, out, err };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
