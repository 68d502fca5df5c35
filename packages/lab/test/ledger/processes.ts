import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { type Running, startNode } from "../command/process.js";

const here = fileURLToPath(new URL(".", import.meta.url));

/** What a program may use, and the file of the ledger that it is in. */
const files = { loadIdentity: "identity", Ledger: "ledger", RunLock: "lock" };

const imports = Object.entries(files).map(([name, file]) => {
  const { href } = new URL(`../../dist/ledger/${file}.js`, import.meta.url);
  return `import { ${name} } from ${JSON.stringify(href)};`;
});

/**
 * Runs a program in a process of its own, with what is built of the ledger, until it ends or the test does.
 *
 * @param code an ECMAScript module; `words` is the list of words that it was given
 */
export function runProgram(code: string, ...words: readonly string[]): Running {
  const text = [...imports, "const words = process.argv.slice(1);", code].join("\n");
  const running = startNode(here, ["--input-type=module", "-e", text, ...words]);
  onTestFinished(() => {
    running.child.kill("SIGKILL");
  });
  return running;
}
