import { VersantError } from "@versant/core/internal";
import type { FastifyError } from "fastify";
import { Refusal } from "../refusal/refusal.js";
import type { Problem, Reason } from "./api/index.js";

/** A request that is not answered, and the status that says so. */
export class StudioError extends Error {
  override name = "StudioError";

  constructor(
    readonly statusCode: number,
    message: string,
    readonly reason?: Reason,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get problem(): Problem {
    return { error: this.message, ...(this.reason && { reason: this.reason }) };
  }
}

/** What is answered in the place of an error. */
export function asStudioError(error: FastifyError | Error): StudioError {
  if (error instanceof StudioError) return error;
  if (error instanceof Refusal) return ofRefusal(error);
  if (error instanceof VersantError) return new StudioError(400, error.message);
  const { statusCode = 500, message } = error as FastifyError;
  if (statusCode < 500) return new StudioError(statusCode, message, formReason(statusCode));
  return new StudioError(
    500,
    "The studio's server has an error of its own; its output tells more.",
    { code: "server.fault", values: {} },
    { cause: error },
  );
}

/** Whoever started the server is told what went wrong inside. */
export function tellFault({ statusCode, cause }: StudioError): void {
  if (statusCode === 500) console.error(cause);
}

/** Bytes that somebody may say at once. */
export const bodyLimit = 2 ** 20;

/** What Fastify finds out before a route is asked. */
function formReason(statusCode: number): Reason | undefined {
  if (statusCode === 413) return { code: "request.size", values: { bytes: bodyLimit } };
  if (statusCode === 400 || statusCode === 415) return { code: "request.form", values: {} };
  return undefined;
}

function ofRefusal({ code, values, message }: Refusal): StudioError {
  // Its values are those of its code.
  const reason = { code, values } as Reason;
  if (code.startsWith("ledger.")) return new StudioError(503, message, reason);
  // Of a word that stands in the address.
  return new StudioError(code.endsWith(".unknown") ? 404 : 400, message, reason);
}
