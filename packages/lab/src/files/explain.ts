import { Refusal } from "../refusal/refusal.js";

/** Why a file cannot be a ledger's; becomes a Refusal that names the file. */
export class UnusableFile extends Error {}

type Code = "missing" | "damaged" | "full" | "readOnly" | "locked";

const mends: readonly (readonly [RegExp, string, Code?])[] = [
  [
    /malformed|not a database|corrupt/i,
    "the file is damaged; restore it from a copy, and keep it for `versant ledger verify`",
    "damaged",
  ],
  [/full|ENOSPC/i, "make room on the disk; what was recorded before is safe", "full"],
  [
    /readonly|read-only|EACCES|EROFS|EPERM/i,
    "the folder must be writable; set VERSANT_LEDGER to another, or pass --no-ledger",
    "readOnly",
  ],
  [/locked|busy/i, "another process keeps it locked; close it, and try again", "locked"],
  [/trigger/, "restore it from a copy; `versant ledger verify` says what else is not as it was"],
  [/something else/, "set VERSANT_LEDGER to another folder"],
  [
    /no such file/,
    "train something first, or set VERSANT_LEDGER to the folder of a ledger",
    "missing",
  ],
];

/**
 * Says of what SQLite or the file system refused which file it is about, and what may mend it. Every other
 * error stays as it is: it is not the file's fault.
 *
 * @returns what is to be thrown; a Refusal has the first error as its cause
 */
export function explained(path: string, error: unknown): unknown {
  if (!isOfFile(error)) return error;
  const reason = error.message;
  const [, mend, code] = mends.find(([pattern]) => pattern.test(reason)) ?? [];
  return new Refusal(
    code ? `ledger.${code}` : "ledger.unusable",
    { path, reason },
    `the ledger ${path} cannot be used: ${reason}${mend ? `; ${mend}` : ""}.`,
    { cause: error },
  );
}

/** Errors of SQLite have a code of their own, those of the file system name the call that failed. */
const isOfFile = (error: unknown): error is Error =>
  error instanceof UnusableFile ||
  (error instanceof Error &&
    (("code" in error && error.code === "ERR_SQLITE_ERROR") || "syscall" in error));

/** Whether it is another process that is in the way. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && /locked|busy/i.test(error.message);
