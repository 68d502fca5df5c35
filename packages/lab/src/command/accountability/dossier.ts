import { type Command, Option } from "commander";
import { type Language, languages } from "../../accountability/items.js";
import { type DossierFormat, dossier, dossierFormats } from "../../dossier/dossier.js";
import { OutputFile } from "../../files/outputFile.js";
import type { FixedCommand } from "../fixedCommand.js";
import { runArgument, withLedger } from "../withLedger.js";

interface DossierFlags {
  readonly format: DossierFormat;
  readonly language: Language;
  readonly to?: string;
}

/** Writes the technical file of a run. */
export const dossierCommand: FixedCommand = {
  name: "dossier",
  usage: "<run> [options]",
  description: "write the technical file of a run",
  configure: (command: Command, done) => {
    command
      .argument(...runArgument)
      .addOption(new Option("--format <name>").choices(dossierFormats).default("html"))
      .addOption(new Option("--language <code>").choices(languages).default("en"))
      .option("--to <path>", "the file to write (default: printed)")
      .action(async (run: string, { format, language, to }: DossierFlags) => {
        const file = to === undefined ? undefined : new OutputFile("--to", to);
        const text = await withLedger("read", (ledger) =>
          dossier(ledger, { run, format, language }),
        );
        if (file) {
          file.write(text);
          console.log(`${file.path}: written`);
        } else {
          process.stdout.write(text);
        }
        done(0);
      });
  },
};
