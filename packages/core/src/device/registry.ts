import { ArgumentError, VersantError } from "../array/index.js";
import type { Device } from "./device.js";
import { nodejs } from "./nodejs.js";

export type DeviceName = "native" | "wasm" | "reference";

/** Fastest first: the first that loads is the default. */
const loaders: { readonly [N in DeviceName]: () => Promise<Device> } = {
  native: async () => (await import("./native/index.js")).loadNative(),
  wasm: async () => (await import("./wasm/index.js")).loadWasm(),
  reference: async () => (await import("./reference/index.js")).createReference(),
};
const names = Object.keys(loaders) as DeviceName[];

const loaded = new Map<DeviceName, Promise<Device>>();
let current: Device | null = null;

const loadDevice = (name: DeviceName): Promise<Device> => {
  const known = loaded.get(name);
  if (known) return known;
  const loading = loaders[name]();
  loaded.set(name, loading);
  return loading;
};

const isDeviceName = (name: string): name is DeviceName => Object.hasOwn(loaders, name);

function checkName(name: string): DeviceName {
  if (isDeviceName(name)) return name;
  throw new ArgumentError(`device: received "${name}", expected one of ${names.join(", ")}.`);
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Says something once to whoever runs the program, on standard error. */
const notice = (text: string): void => console.error(`versant: ${text}`);

/**
 * Makes `name` the device on which everything runs from now on. Values move by themselves.
 *
 * @throws VersantError if the device is not available here, with the reason
 */
export async function useDevice(name: string): Promise<Device> {
  const known = checkName(name);
  try {
    current = await loadDevice(known);
    return current;
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new VersantError(`device ${known} is not available: ${reasonOf(error)}`);
  }
}

/**
 * Chooses the device: `VERSANT_DEVICE` if it is set, else the native kernel, else wasm. Importing
 * the package has done it already; it does nothing the second time.
 */
export async function initialize(): Promise<Device> {
  if (current) return current;
  const asked = nodejs?.env.VERSANT_DEVICE;
  if (asked) return useDevice(asked);
  if (nodejs) {
    try {
      current = await loadDevice("native");
      return current;
    } catch (error) {
      // A setting that is wrong is told, not worked around.
      if (error instanceof ArgumentError) throw error;
      notice(`the native kernel is not available (${reasonOf(error)}); running on wasm.`);
    }
  }
  return useDevice("wasm");
}

/** The device on which everything runs. */
export function defaultDevice(): Device {
  if (current) return current;
  throw new VersantError("no device is ready: call `await initialize()` before computing.");
}

export interface DeviceStatus {
  readonly name: DeviceName;
  readonly device: Device | null;
  /** What it is, or why it is not available. */
  readonly description: string;
}

/** Every device, with what it is or why it is not available here. */
export const devices = (): Promise<DeviceStatus[]> =>
  Promise.all(
    names.map(async (name) => {
      try {
        const device = await loadDevice(name);
        return { name, device, description: device.description };
      } catch (error) {
        return { name, device: null, description: reasonOf(error) };
      }
    }),
  );
