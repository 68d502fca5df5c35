import type { FastifyError } from "fastify";

/** What a request that cannot be answered gets instead, as JSON. */
export interface Problem {
  readonly error: string;
  /** What was wrong: "inputs[2].age", "content-type", "authorization". */
  readonly field: string;
  readonly received: string;
  readonly expected: string;
}

/** A request that cannot be answered, and the status that says so. */
export class RequestError extends Error {
  override name = "RequestError";

  constructor(
    readonly statusCode: number,
    readonly field: string,
    readonly received: string,
    readonly expected: string,
  ) {
    super(`${field}: received ${received}, expected ${expected}.`);
  }

  get problem(): Problem {
    const { message, field, received, expected } = this;
    return { error: message, field, received, expected };
  }
}

export const wrongType = (received: string, expected: string): RequestError =>
  new RequestError(415, "content-type", received, expected);

/** What the framework says by its codes. */
export function framed(error: FastifyError, limit: number, type: string): RequestError | undefined {
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new RequestError(413, "body", "more bytes than that", `at most ${limit} bytes`);
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return wrongType(type, "application/json or application/octet-stream");
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new RequestError(
        400,
        "content-length",
        "another length than the body has",
        "the body's",
      );
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return new RequestError(400, "body", "nothing", 'JSON such as { "inputs": [...] }');
    case "FST_ERR_CTP_INVALID_JSON_BODY":
      return new RequestError(400, "body", "what is not JSON", "JSON; it has no NaN or Infinity");
    default:
      return undefined;
  }
}
