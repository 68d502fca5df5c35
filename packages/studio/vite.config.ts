import { defineConfig } from "vite";

// Relative addresses are of no use where "/runs/x" is a page of the application: assets lie under "/".
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  // The policy of the server forbids what is inlined: every asset is a file.
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
