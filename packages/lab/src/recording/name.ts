import { randomBytes } from "node:crypto";

const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

/** A name that people can type, such as "mnist-k7f3qd". */
export function makeName(experiment: string): string {
  const word = experiment
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  const letters = Array.from(randomBytes(6), (byte) => alphabet[byte % alphabet.length]);
  return `${word || "run"}-${letters.join("")}`;
}
