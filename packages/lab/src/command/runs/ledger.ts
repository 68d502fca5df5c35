import type { Command } from "commander";
import {
  currentAnchor,
  formatAnchor,
  noteAnchor,
  notedAnchors,
  readAnchors,
} from "../../ledger/anchors.js";
import { type Verification, verifyLedger } from "../../ledger/verify.js";
import { formatCount, printable, row } from "../../progress/format.js";
import type { FixedCommand } from "../fixedCommand.js";
import { printJson, withLedger } from "../withLedger.js";

interface VerifyOptions {
  readonly anchor: readonly string[];
  readonly git?: boolean;
  readonly json?: boolean;
}

/** Looks after the ledger as a whole. */
export const ledgerCommand: FixedCommand = {
  name: "ledger",
  usage: "verify|anchor [options]",
  description: "verify the ledger, or anchor it elsewhere",
  configure: (command, done) => {
    configureVerify(command.command("verify"), done);
    configureAnchor(command.command("anchor"));
  },
};

function configureVerify(command: Command, done: (exitCode: number) => void): void {
  command
    .description("find out whether anything was altered, removed, moved or forged")
    .option(
      "--anchor <file>",
      "compare it with anchors that were kept elsewhere; may be repeated",
      (path: string, before: readonly string[]) => [...before, path],
      [],
    )
    .option("--git", "compare it with the anchors in the notes of git")
    .option("--json", "as JSON")
    .action(async ({ anchor, git, json }: VerifyOptions) => {
      const anchors = [
        ...anchor.flatMap(readAnchors),
        ...(git ? await notedAnchors(process.cwd()) : []),
      ];
      const found = await withLedger("read", (ledger) => verifyLedger(ledger, anchors));
      if (json) printJson(found);
      else for (const line of verificationLines(found, anchors.length)) console.log(line);
      done(found.fault ? 1 : 0);
    });
}

function configureAnchor(command: Command): void {
  command
    .description("print the last event's hash, to be kept where nobody can change it")
    .option("--git", "keep it in the notes of the commit that is checked out")
    .action(async ({ git }: { git?: boolean }) => {
      const anchor = await withLedger("read", currentAnchor);
      if (!anchor) console.log("the ledger is empty");
      else if (git) console.log(`noted at commit ${await noteAnchor(anchor, process.cwd())}`);
      else console.log(formatAnchor(anchor));
    });
}

function verificationLines(found: Verification, anchors: number): string[] {
  const { events, keys, head, fault, warnings } = found;
  const place = fault?.sequence === undefined ? "" : `event ${fault.sequence}: `;
  return [
    row("events", `${formatCount(events)} in order`),
    ...keys.map(({ name, key, since }) => row("key", `${key} of ${name}, since event ${since}`)),
    ...(head ? [row("head", `${head.hash}, ${head.time}`)] : []),
    row("anchors", anchors === 0 ? "none given: a cut end would not show" : formatCount(anchors)),
    ...warnings.map((warning) => row("warning", warning)),
    row("result", fault ? `${place}${fault.reason}` : "as it was recorded"),
  ].map(printable);
}
