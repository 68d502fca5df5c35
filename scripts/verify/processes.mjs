import { readFileSync } from "node:fs";

// What Linux says of a process.

/** Memory that it holds, with what it shares with others, in megabytes. */
export function residentMegabytes(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(kilobytes) / 1000;
}

/** Ticks of Linux's accounts. */
const ticksPerSecond = 100;

/** Processor time that it has taken, with all its threads. */
export function processorSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
