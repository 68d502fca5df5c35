import { readFileSync } from "node:fs";
import { ArgumentError } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";

/** The token in a file, else that of VERSANT_TOKEN; undefined where there is neither. */
export function tokenOf({ tokenFile }: { readonly tokenFile?: string }): string | undefined {
  if (tokenFile === undefined) return process.env.VERSANT_TOKEN || undefined;
  let token: string;
  try {
    token = readFileSync(tokenFile, "utf8").trim();
  } catch (error) {
    throw unreadable("--token-file", tokenFile, error, "expected a file with a token");
  }
  if (token !== "") return token;
  throw new ArgumentError(
    `--token-file: received the empty file ${tokenFile}, expected a token in it.`,
  );
}
