import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** The most memory that a process ever had resident; of this one if no other is named. */
export function peakMemoryMB(pid = "self") {
  try {
    const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(kilobytes) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

/** Why a peer is absent, in its library's own words. */
const reasonOf = (error) => String(error?.message ?? error).split("\n")[0];

/**
 * Answers each JSON line, `{ name: argument }`, with what the handler of that name gives. What it
 * throws is why the peer is absent. The line "end" is the last.
 */
export async function serve(handlers) {
  const answers = { end: () => ({ peakMemoryMB: peakMemoryMB() }), ...handlers };
  for await (const line of createInterface({ input: process.stdin })) {
    const [[name, argument]] = Object.entries(JSON.parse(line));
    let answer;
    try {
      answer = (await answers[name](argument)) ?? {};
    } catch (error) {
      answer = { absent: reasonOf(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    if (name === "end") break;
  }
}
