import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { RequestError } from "./problem.js";

/**
 * Answers what is no HTTP, has headers without end, or did not come in time: there is a connection, but no
 * request yet that a route could answer.
 */
export function answerMalformed({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const error = malformedAs(code);
  const body = JSON.stringify(error.problem);
  socket.end(
    [
      `HTTP/1.1 ${error.statusCode} ${STATUS_CODES[error.statusCode]}`,
      "connection: close",
      "content-type: application/json; charset=utf-8",
      `content-length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );
}

function malformedAs(code: string | undefined): RequestError {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new RequestError(408, "request", "a part of it in that time", "all of it, sooner");
    case "HPE_HEADER_OVERFLOW":
      return new RequestError(431, "headers", "more bytes than that", "16384 bytes at most");
    default:
      return new RequestError(400, "request", "what is not HTTP", "a request of HTTP/1.1");
  }
}
