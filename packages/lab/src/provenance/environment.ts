import { availableParallelism, cpus, hostname, release, totalmem } from "node:os";
import { defaultDevice } from "@versant/core";

/** On what it ran. */
export interface EnvironmentRecord {
  readonly node: string;
  /** Platform, architecture and release: "linux x64 6.1.0". */
  readonly system: string;
  readonly processor: string;
  /** Cores that the process may use. */
  readonly cores: number;
  /** Of the machine, in millions of bytes. */
  readonly memoryMB: number;
  readonly device: string;
  /** What decides the last bits. */
  readonly arithmetic: string;
  readonly threads: number;
  readonly host: string;
  readonly process: number;
}

/** The machine, and the default device, on which experiments run. */
export function recordEnvironment(): EnvironmentRecord {
  const { name, arithmetic, threads } = defaultDevice();
  return {
    node: process.version,
    system: `${process.platform} ${process.arch} ${release()}`,
    // Some systems, such as containers on ARM, name none.
    processor: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    memoryMB: Math.round(totalmem() / 1e6),
    device: name,
    arithmetic,
    threads,
    host: hostname(),
    process: process.pid,
  };
}
