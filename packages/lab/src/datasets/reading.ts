/** Why a file could not be read: ENOENT, or what is wrong in it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.message;
}
