import { ArgumentError } from "@versant/core/internal";
import type { Ledger } from "./ledger.js";

/** What an object of the ledger holds as JSON; undefined where it is missing, was altered, or is something else. */
export async function readContent<T>(ledger: Ledger, object: string): Promise<T | undefined> {
  try {
    return JSON.parse(new TextDecoder().decode(await ledger.objects.get(object)));
  } catch (error) {
    if (error instanceof ArgumentError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
