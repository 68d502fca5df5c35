import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// What tests record is no part of anybody's ledger, and is signed with a key of its own.
const records = mkdtempSync(join(tmpdir(), "versant-tests-"));

// Tests run on the sources, so that a failure points at the line that was written.
export default defineConfig({
  resolve: {
    alias: {
      "@versant/core/internal": source("packages/core/src/internal.ts"),
      "@versant/core/testing": source("packages/core/src/testing/index.ts"),
      "@versant/core": source("packages/core/src/index.ts"),
      "versant/encode": source("packages/lab/src/encode.ts"),
      "versant/figures": source("packages/lab/src/figures.ts"),
      "versant/ledger": source("packages/lab/src/ledger.ts"),
      "versant/serve": source("packages/lab/src/serve.ts"),
      versant: source("packages/lab/src/index.ts"),
    },
  },
  test: {
    env: { VERSANT_LEDGER: join(records, "ledger"), VERSANT_KEYS: join(records, "keys") },
    setupFiles: ["packages/core/test/setup.ts"],
    include: ["packages/*/test/**/*.test.ts"],
    testTimeout: 30_000,
  },
});
