import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Tests run on the sources, so that a failure points at the line that was written.
export default defineConfig({
  resolve: {
    alias: {
      "@versant/core/check": source("packages/core/src/array/argument.ts"),
      "@versant/core/internal": source("packages/core/src/internal.ts"),
      "@versant/core/testing": source("packages/core/src/testing/index.ts"),
      "@versant/core": source("packages/core/src/index.ts"),
      versant: source("packages/lab/src/index.ts"),
    },
  },
  test: {
    setupFiles: ["packages/core/test/setup.ts"],
    include: ["packages/*/test/**/*.test.ts"],
    testTimeout: 30_000,
  },
});
