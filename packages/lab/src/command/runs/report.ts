import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError } from "@versant/core/internal";
import { type Command, Option } from "commander";
import { type Language, languages } from "../../accountability/items.js";
import { report } from "../../dossier/report.js";
import { reportSearch } from "../../dossier/searchReport.js";
import { OutputFile } from "../../files/outputFile.js";
import type { FixedCommand } from "../fixedCommand.js";
import { withLedger } from "../withLedger.js";
import { isSearchMeant } from "./isSearchMeant.js";

interface ReportFlags {
  readonly language: Language;
  readonly to?: string;
  readonly svg?: string;
}

/** Writes the pictures of a run or of a search. */
export const reportCommand: FixedCommand = {
  name: "report",
  usage: "RUN|SEARCH [options]",
  description: "write the pictures of a run or a search as one page",
  configure: (command: Command, done) => {
    command
      .argument("<run>", 'name of a run or a search, its beginning, number such as "#12", or last')
      .addOption(new Option("--language <code>").choices(languages).default("en"))
      .option("--to <path>", "the HTML file to write (default: printed, unless --svg is there)")
      .option("--svg <folder>", "write each picture as a file of its own")
      .action(async (run: string, { language, to, svg }: ReportFlags) => {
        const file = to === undefined ? undefined : new OutputFile("--to", to);
        if (svg !== undefined) makeFolder(svg);
        const { html, figures } = await withLedger("read", async (ledger) =>
          (await isSearchMeant(ledger, run))
            ? reportSearch(ledger, { search: run, language })
            : report(ledger, { run, language }),
        );
        if (file) {
          file.write(html);
          console.log(`${file.path}: written`);
        } else if (svg === undefined) process.stdout.write(html);
        if (svg !== undefined) {
          for (const [name, content] of figures) writeFileSync(join(svg, name), content);
          console.log(`${svg}: ${[...figures.keys()].join(", ") || "there is no picture yet"}`);
        }
        done(0);
      });
  },
};

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new ArgumentError(
      `--svg: cannot write ${path} (${(error as Error).message}); expected the path of a folder.`,
    );
  }
}
