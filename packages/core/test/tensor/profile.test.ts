import { afterEach, describe, expect, test, vi } from "vitest";
import { defaultDevice, devices, type Executable, useDevice } from "../../src/device/index.js";
import { encode } from "../../src/program/encode.js";
import type { Instruction, Program } from "../../src/program/index.js";
import {
  compile,
  ones,
  Parameter,
  type Profile,
  profile,
  scan,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";

const before = defaultDevice().name;
afterEach(() => useDevice(before));

const kernels = (await devices()).flatMap(({ name, device }) =>
  device && name !== "reference" ? [name] : [],
);

const kindsOf = ({ instructions }: Profile): string[] => instructions.map(({ kind }) => kind);

/** Multiplies three matrices in a loop, four times in another. */
function nestedLoops() {
  const multiply = (matrices: Tensor): Tensor[] =>
    scan(([product], [matrix]) => ({ carries: [get(product).matmul(get(matrix))], outputs: [] }), {
      carries: [ones([2, 2])],
      sequences: [matrices],
    }).carries;
  return compile((lists: Tensor) => {
    const { carries } = scan(
      ([sum], [list]) => ({ carries: [get(sum).add(get(multiply(get(list))[0]))], outputs: [] }),
      { carries: [zeros([2, 2])], sequences: [lists] },
    );
    return get(carries[0]);
  });
}

const get = (tensor: Tensor | undefined): Tensor => tensor as Tensor;

describe.each(kernels)("on %s", (name) => {
  test("tells what each instruction of a step cost", async () => {
    await useDevice(name);
    const w = new Parameter(ones([5, 4]));
    const step = compile((x: Tensor) => {
      w.assign(w.sub(1));
      return x.matmul(w);
    });
    step(ones([3, 5]));
    const measured = await profile(() => {
      for (let i = 0; i < 3; i++) step(ones([3, 5]));
    });
    expect(measured.runs).toBe(3);
    const product = measured.instructions.find(({ kind }) => kind === "matmul");
    expect(product).toMatchObject({
      label: "matmul (3, 4)",
      calls: 3,
      operations: 3 * 2 * 3 * 4 * 5,
      bytes: 3 * 4 * (3 * 5 + 5 * 4 + 3 * 4),
    });
    expect(kindsOf(measured)).toContain("loop");
    const times = measured.instructions.map(({ nanoseconds }) => nanoseconds);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
    const inside = times.reduce((sum, each) => sum + each, 0);
    expect(inside).toBeGreaterThan(0);
    expect(inside).toBeLessThanOrEqual(measured.nanoseconds);
  });

  test("counts the body of a loop with its iterations, nested ones too", async () => {
    await useDevice(name);
    const nested = nestedLoops();
    const measured = await profile(() => {
      nested(ones([4, 3, 2, 2]));
      nested(ones([4, 3, 2, 2]));
    });
    const callsOf = (kind: string): number[] =>
      measured.instructions.filter((each) => each.kind === kind).map(({ calls }) => calls);
    expect(callsOf("repeat")).toEqual([2, 2 * 4]);
    expect(callsOf("matmul")).toEqual([2 * 4 * 3]);
    const product = measured.instructions.find(({ kind }) => kind === "matmul");
    expect(product?.operations).toBe(24 * 2 * 2 * 2 * 2);
  });

  test("changes no bit of what is computed", async () => {
    await useDevice(name);
    const run = async (measured: boolean): Promise<number[]> => {
      const w = new Parameter(tensor([0.1, 0.2, 0.3]));
      const step = compile((x: Tensor) => {
        w.assign(w.sub(w.mul(x).sum().exp().mul(0.01)));
        return w.sum();
      });
      const steps = () => {
        for (let i = 0; i < 5; i++) step(tensor([1, 2, 3]));
      };
      if (measured) await profile(steps);
      else steps();
      return [...(await w.data())];
    };
    expect(await run(true)).toEqual(await run(false));
  });
});

test("each time stands with its label, and a repeat has what its body has not", async () => {
  const device = await useDevice("wasm");
  let ran: Program | undefined;
  const { load } = device;
  vi.spyOn(device, "load").mockImplementation((loadable) => {
    const executable = load.call(device, loadable);
    ran = executable.program as Program;
    const all = timesOf([...ran.compute, ...ran.commit]);
    const run: Executable["run"] = (_inputs, _outputs, _scalars, times) => {
      all.forEach((time, id) => {
        if (times) times[id] = (times[id] ?? 0) + time;
      });
      return null;
    };
    return Object.assign(executable, { run });
  });
  const step = nestedLoops();
  const { instructions } = await profile(() => {
    step(ones([4, 3, 2, 2]));
    step(ones([4, 3, 2, 2]));
  });
  vi.restoreAllMocks();
  expect(instructions.map(({ label }) => label)).toEqual(encode(ran as Program).labels);
  expect(instructions.map(({ nanoseconds }) => nanoseconds)).toEqual(
    instructions.map((_, id) => 2 * (id + 1)),
  );
});

/** Instruction i has i + 1 nanoseconds of its own; that of a repeat holds those of its body. */
function timesOf(instructions: readonly Instruction[], first = 1): number[] {
  const times: number[] = [];
  for (const instruction of instructions) {
    const own = first + times.length;
    const body = instruction.kind === "repeat" ? timesOf(instruction.body, own + 1) : [];
    const whole = body.reduce((sum, _, index) => sum + own + 1 + index, own);
    times.push(whole, ...body);
  }
  return times;
}

test("the reference device has no instructions, which an error says before anything ran", async () => {
  await useDevice("reference");
  const w = new Parameter(ones([2]));
  const step = compile(() => {
    w.assign(w.add(1));
    return w.sum();
  });
  await expect(profile(() => step())).rejects.toThrow(
    /^profile: the device reference interprets graphs .*, expected native or wasm; choose one with/,
  );
  expect([...(await w.data())]).toEqual([1, 1]);
});

test("eager evaluation is not measured", async () => {
  await useDevice("wasm");
  const measured = await profile(async () => {
    await ones([2]).add(1).data();
  });
  expect(measured).toMatchObject({ runs: 0, instructions: [] });
});

describe("one profile at a time", () => {
  test("waits for an asynchronous function; a second call meanwhile is refused", async () => {
    await useDevice("wasm");
    const step = compile((x: Tensor) => x.add(1));
    const first = profile(async () => {
      await Promise.resolve();
      step(ones([2]));
    });
    await expect(profile(() => {})).rejects.toThrow(
      "profile: received a second call while the first still runs, expected one at a time",
    );
    expect((await first).runs).toBe(1);
  });

  test("ends when the function throws", async () => {
    const failing = profile(() => {
      throw new RangeError("as it is");
    });
    await expect(failing).rejects.toThrow(new RangeError("as it is"));
    expect((await profile(() => {})).runs).toBe(0);
  });

  test("wants a function", async () => {
    const wrong = 5 as unknown as () => void;
    await expect(profile(wrong)).rejects.toThrow(
      "profile: received 5 as the function, expected a Function.",
    );
  });
});
