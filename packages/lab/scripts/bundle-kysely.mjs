// Makes one file of what the lab uses of Kysely, after the TypeScript is built: dist/ledger/kysely.js. A
// command that lists runs would wait longer for 250 small files than for everything else it does. Without
// this step all works the same, later.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const place = fileURLToPath(new URL("../dist/ledger/kysely.js", import.meta.url));
// Bundled already, and not built anew since.
if (/from "kysely"/.test(readFileSync(place, "utf8"))) {
  const licence = readFileSync(
    join(dirname(fileURLToPath(import.meta.resolve("kysely"))), "../../LICENSE"),
    "utf8",
  );
  await build({
    configFile: false,
    logLevel: "error",
    build: {
      target: "node20",
      minify: false,
      emptyOutDir: false,
      copyPublicDir: false,
      outDir: dirname(place),
      lib: { entry: place, formats: ["es"], fileName: () => "kysely.js" },
      rolldownOptions: { output: { banner: `/* Kysely\n${licence}*/` } },
    },
  });
}
