import { dtypes } from "../array/index.js";
import { buffersOf } from "../program/buffers.js";
import type { BufferDeclaration, Instruction, Place } from "../program/index.js";
import type { Lowered, PlannedBuffer } from "./lower/index.js";

const alignment = 64;

interface Lifetime {
  first: number;
  last: number;
}

/** The buffers an instruction touches, its body's included; iota reads none. */
function buffersWithin(instruction: Instruction): number[] {
  const own = buffersOf(instruction).filter((buffer) => buffer >= 0);
  return instruction.kind === "repeat" ? [...own, ...instruction.body.flatMap(buffersWithin)] : own;
}

/** The buffer whose memory a moving window shows. */
function ownerOf(buffers: readonly PlannedBuffer[], buffer: number): number {
  let owner = buffer;
  for (let place = buffers[owner]?.place; place?.kind === "moving"; ) {
    owner = place.of;
    place = buffers[owner]?.place;
  }
  return owner;
}

/**
 * From which to which instruction each buffer is in use. What lives across iterations of a loop,
 * because it is touched outside of it too or read before it is written, lives through all of it.
 */
function lifetimes({ buffers, compute, commit }: Lowered): (Lifetime | undefined)[] {
  const found: (Lifetime | undefined)[] = buffers.map(() => undefined);
  let time = 0;
  const touch = (buffer: number, from: number, to: number): void => {
    if (buffer < 0) return;
    const owner = ownerOf(buffers, buffer);
    const life = found[owner];
    if (!life) found[owner] = { first: from, last: to };
    else {
      life.first = Math.min(life.first, from);
      life.last = Math.max(life.last, to);
    }
  };
  const visit = (instructions: readonly Instruction[]): void => {
    for (const instruction of instructions) {
      if (instruction.kind !== "repeat") {
        for (const buffer of buffersOf(instruction)) touch(buffer, time, time);
        time++;
        continue;
      }
      const start = time++;
      const before = found.map((life) => life !== undefined);
      visit(instruction.body);
      const end = time++;
      const through = new Set(instruction.moving);
      for (const buffer of instruction.body.flatMap(buffersWithin)) {
        if (before[ownerOf(buffers, buffer)]) through.add(buffer);
      }
      for (const buffer of through) touch(buffer, start, end);
    }
  };
  visit(compute);
  visit(commit);
  return found;
}

interface Placed {
  readonly offset: number;
  readonly bytes: number;
}

const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/**
 * Places scratch in one arena: buffers that are never in use together share bytes. First fit, in
 * the order in which they are first written, so that freshly freed, cache-warm bytes are used again.
 * Without `reuse` every buffer has bytes of its own.
 */
export function planMemory(
  lowered: Lowered,
  reuse: boolean,
): { buffers: BufferDeclaration[]; arenaBytes: number } {
  const lives = lifetimes(lowered);
  const scratch = lowered.buffers
    .map((buffer, index) => ({ buffer, life: lives[index], index }))
    .filter(({ buffer, life }) => buffer.place === null && life !== undefined)
    .sort((a, b) => (a.life as Lifetime).first - (b.life as Lifetime).first || a.index - b.index);

  const offsets = new Map<number, number>();
  /** Live buffers by offset. */
  const live: Placed[] = [];
  /** The same by the instruction that reads them last. */
  const ending = new Map<number, Placed[]>();
  let ended = 0;
  let arenaBytes = 0;
  for (const { buffer, life, index } of scratch) {
    const { first, last } = life as Lifetime;
    const bytes = aligned(buffer.length * dtypes[buffer.dtype].bytes);
    for (; reuse && ended < first; ended++) {
      for (const placed of ending.get(ended) ?? []) live.splice(live.indexOf(placed), 1);
    }
    let offset = 0;
    let position = 0;
    for (const other of live) {
      if (other.offset - offset >= bytes) break;
      offset = Math.max(offset, other.offset + other.bytes);
      position++;
    }
    const placed = { offset, bytes };
    live.splice(position, 0, placed);
    const others = ending.get(last);
    if (others) others.push(placed);
    else ending.set(last, [placed]);
    offsets.set(index, offset);
    arenaBytes = Math.max(arenaBytes, offset + bytes);
  }
  const buffers = lowered.buffers.map(({ dtype, length, place }, index) => ({
    dtype,
    length,
    place: place ?? ({ kind: "arena", offset: offsets.get(index) ?? 0 } satisfies Place),
  }));
  return { buffers, arenaBytes };
}
