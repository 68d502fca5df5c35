import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { RequestError } from "./problem.js";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Lets through who knows the token; how long that takes tells nothing of it. */
export function requireToken(token: string): (request: FastifyRequest) => void {
  const right = digest(`Bearer ${token}`);
  return ({ headers: { authorization } }) => {
    if (timingSafeEqual(digest(authorization ?? ""), right)) return;
    throw new RequestError(
      401,
      "authorization",
      authorization === undefined ? "nothing" : "another token",
      '"Bearer TOKEN" with the token of this server',
    );
  };
}
