import { ArgumentError, ExecutionError, requireInstance } from "../array/index.js";
import { defaultDevice, type Executable } from "../device/index.js";
import { type Cost, costOf } from "../program/cost.js";
import type { BufferDeclaration, Instruction, Program } from "../program/index.js";

/** What one instruction of a Program did in all its calls. */
export interface ProfiledInstruction extends Cost {
  /** What it computes, with the shape of its result: "matmul (64, 40)". */
  readonly label: string;
  readonly kind: Instruction["kind"];
  /** How often it ran: once a run of its Program, in a loop once an iteration. */
  readonly calls: number;
  /** Spent in it; what a `repeat` has is its own, without its body. */
  readonly nanoseconds: number;
}

/** Where the time of compiled functions went. */
export interface Profile {
  /** Calls of compiled functions. */
  readonly runs: number;
  /** From the start of the profiled function to its end: the instructions, and everything else. */
  readonly nanoseconds: number;
  /** Of every Program that ran, in the order in which they run; the body of a loop follows it. */
  readonly instructions: readonly ProfiledInstruction[];
}

/** A Program, how often it ran, and the nanoseconds of its instructions by their numbers. */
interface Runs {
  readonly program: Program;
  readonly times: Float64Array;
  count: number;
}

class Recording {
  readonly #runs = new Map<Executable, Runs>();

  /** Counts a run, and gives what its times are added to. */
  timesOf(executable: Executable): Float64Array {
    let runs = this.#runs.get(executable);
    if (!runs) {
      const program = requireProgram(executable);
      const instructions = count(program.compute) + count(program.commit);
      runs = { program, times: new Float64Array(instructions), count: 0 };
      this.#runs.set(executable, runs);
    }
    runs.count++;
    return runs.times;
  }

  profile(nanoseconds: number): Profile {
    const all = [...this.#runs.values()];
    return {
      runs: all.reduce((sum, each) => sum + each.count, 0),
      nanoseconds,
      instructions: all.flatMap(({ program, times, count }) => {
        const { buffers, compute, commit } = program;
        return describe([...compute, ...commit], count, { buffers, times: times.values() });
      }),
    };
  }
}

/** @throws ExecutionError on a device that runs none */
function requireProgram({ program }: Executable): Program {
  if (program) return program;
  throw new ExecutionError(
    `profile: the device ${defaultDevice().name} interprets graphs and has no instructions to time, ` +
      'expected native or wasm; choose one with `await useDevice("wasm")` or VERSANT_DEVICE.',
  );
}

/** Instructions, those of bodies included. */
const count = (instructions: readonly Instruction[]): number =>
  instructions.reduce((sum, each) => sum + 1 + (each.kind === "repeat" ? count(each.body) : 0), 0);

/** What a Program knows of itself, and the times that are not given to an instruction yet. */
interface Measured {
  readonly buffers: readonly BufferDeclaration[];
  readonly times: Iterator<number>;
}

/** In the order in which `encode` numbers them. The time of a `repeat` holds those of its body. */
function describe(
  instructions: readonly Instruction[],
  calls: number,
  measured: Measured,
): ProfiledInstruction[] {
  return instructions.flatMap((instruction) => {
    const { label, kind } = instruction;
    const { operations, bytes } = costOf(instruction, measured.buffers);
    const whole: number = measured.times.next().value;
    const body =
      kind === "repeat" ? describe(instruction.body, calls * instruction.iterations, measured) : [];
    const nanoseconds = body.reduce((rest, each) => rest - each.nanoseconds, whole);
    const own = { label, kind, calls, nanoseconds };
    return [{ ...own, operations: calls * operations, bytes: calls * bytes }, ...body];
  });
}

/** What compiled functions tell of their runs; null where nobody wants to know. */
export let recording: Recording | null = null;

/**
 * Calls `run` and measures what the compiled functions that it calls spend in each instruction of
 * their Programs. Eager evaluation is not measured. Reading the clock costs some tens of nanoseconds
 * an instruction; what is computed does not change. Browsers blur their clocks: what is short there
 * has to run often.
 *
 * ```ts
 * step(x, y); // compiles, and warms up
 * const { instructions } = await profile(() => {
 *   for (let i = 0; i < 20; i++) step(x, y);
 * });
 * for (const { label, nanoseconds } of instructions) console.log(label, nanoseconds / 20);
 * ```
 *
 * `defaultDevice().measureLimits()` tells what the machine can do, to compare with.
 *
 * @param run may be asynchronous; what it returns is dropped
 * @throws ArgumentError while another profile is taken, ExecutionError where a compiled function
 *   runs on the reference device, which has no instructions, and what `run` throws
 */
export async function profile(run: () => unknown): Promise<Profile> {
  requireInstance("profile", "the function", run, Function);
  if (recording) {
    throw new ArgumentError(
      "profile: received a second call while the first still runs, expected one at a time; await " +
        "the first.",
    );
  }
  const own = new Recording();
  recording = own;
  const started = performance.now();
  try {
    await run();
    return own.profile((performance.now() - started) * 1e6);
  } finally {
    recording = null;
  }
}
