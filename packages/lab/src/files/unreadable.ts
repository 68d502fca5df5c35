import { ArgumentError } from "@versant/core/internal";

/**
 * The error for a file that cannot be read, with the reason: the system's code, such as ENOENT, or
 * what is wrong in the file.
 *
 * @param operation the function that was asked to read
 * @param mend what was expected, or what to do
 */
export function unreadable(
  operation: string,
  path: string,
  error: unknown,
  mend = "check path and format",
): ArgumentError {
  return new ArgumentError(`${operation}: cannot read ${path} (${reasonOf(error)}); ${mend}.`);
}

/** The system's messages repeat the path, its codes do not. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "syscall" in error && "code" in error ? String(error.code) : error.message;
}
