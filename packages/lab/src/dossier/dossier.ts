import { ArgumentError, describeValue, requireOptions } from "@versant/core/internal";
import { type Language, languages } from "../accountability/items.js";
import { nameNonFinite } from "../files/canonical.js";
import type { Ledger } from "../ledger/ledger.js";
import { projectRoot } from "../provenance/root.js";
import { collectFacts } from "./facts.js";
import { writeHtml } from "./html.js";
import { writeMarkdown } from "./markdown.js";
import { confusionIn } from "./mistakes.js";
import { makePage } from "./page.js";
import { pointStates } from "./points.js";

export const dossierFormats = ["html", "md", "json"] as const;
export type DossierFormat = (typeof dossierFormats)[number];

export interface DossierOptions {
  /** As `findRun` reads it: "last", "#12", a name or its beginning. */
  readonly run: string;
  /** Default "html". */
  readonly format?: DossierFormat;
  /** Default "en". JSON has no language but that of what people wrote. */
  readonly language?: Language;
  /**
   * Folder that paths of the experiment's files start from, to see whether they changed since. Default:
   * that of the repository here, else the nearest one with a package.json, else this one.
   */
  readonly root?: string;
}

/**
 * The technical file of a run, from what the ledger holds: purpose, decisions, hyper-parameters, data and
 * their checks, training, evaluation with intervals, limits, changes, approvals; by the points of Annex
 * IV of Regulation (EU) 2024/1689, each filled, missing or stale. The ledger is verified first.
 *
 * @throws ArgumentError for an unknown run, format or language
 */
export async function dossier(ledger: Ledger, options: DossierOptions): Promise<string> {
  requireOptions("dossier", options, ["run", "format", "language", "root"]);
  const { run, format = "html", language = "en" } = options;
  requireOneOf("dossier", "format", format, dossierFormats);
  requireOneOf("dossier", "language", language, languages);
  const root = options.root ?? (await projectRoot(process.cwd()));
  const facts = await collectFacts(ledger, run, root);
  if (format === "json") {
    // Curves and images are left out of the facts: the ledger exports them.
    const { training: _, insights: __, mistakes, ...rest } = facts;
    const known = { points: pointStates(facts), ...rest, ...confusionIn(mistakes) };
    return `${JSON.stringify(known, nameNonFinite, 2)}\n`;
  }
  const page = makePage(facts, language);
  return format === "html" ? writeHtml(page) : writeMarkdown(page);
}

/** @throws ArgumentError, from what it gives, for a word that is none of these */
export function requireOneOf(
  operation: string,
  what: string,
  value: unknown,
  known: readonly string[],
): void {
  if (known.includes(value as string)) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(value)} as ${what}, expected one of ${known.join(", ")}.`,
  );
}
