import { ArgumentError, VersantError } from "@versant/core/internal";
import type { FastifyError } from "fastify";
import type { Problem } from "./api.js";

/** A request that is not answered, and the status that says so. */
export class StudioError extends Error {
  override name = "StudioError";

  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }

  get problem(): Problem {
    return { error: this.message };
  }
}

/** What is answered in the place of an error. */
export function asStudioError(error: FastifyError | Error): StudioError {
  if (error instanceof StudioError) return error;
  // "there is no run": of a word that stands in the address.
  if (error instanceof ArgumentError && /^there is no /.test(error.message)) {
    return new StudioError(404, error.message);
  }
  if (error instanceof VersantError) return new StudioError(400, error.message);
  const { statusCode = 500 } = error as FastifyError;
  if (statusCode < 500) return new StudioError(statusCode, error.message);
  console.error(error);
  return new StudioError(
    500,
    "The studio's server has an error of its own; its output tells more.",
  );
}
