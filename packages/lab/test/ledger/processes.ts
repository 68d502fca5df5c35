import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const compiled = (name: string): string =>
  JSON.stringify(new URL(`../../dist/ledger/${name}.js`, import.meta.url).href);

/** The names that a program may use, and the file that each is in. */
const files = { loadIdentity: "identity", Ledger: "ledger", RunLock: "lock" };

/** Another process that is kept going by `end`, or ends by itself. */
export interface Program {
  /** What it has printed when it printed its first line. */
  readonly begun: Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string }>;
  kill(): void;
}

/**
 * Runs a program in a process of its own, with the compiled classes and functions of the ledger.
 *
 * @param code an ECMAScript module; `words` is the list of words that it was given
 */
export function runProgram(code: string, ...words: readonly string[]): Program {
  const imports = Object.entries(files).map(
    ([name, file]) => `import { ${name} } from ${compiled(file)};`,
  );
  const text = `${imports.join("\n")}\nconst words = process.argv.slice(1);\n${code}`;
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const child = spawn(process.execPath, ["--input-type=module", "-e", text, ...words], {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let out = "";
  const begun = new Promise<string>((resolve) => {
    child.stdout.on("data", (text) => {
      out += text;
      if (out.includes("\n")) resolve(out);
    });
  });
  const ended = new Promise<{ code: number | null; out: string }>((resolve) => {
    child.on("close", (exitCode) => resolve({ code: exitCode, out }));
  });
  return { begun, ended, kill: () => child.kill("SIGKILL") };
}
