import { makeArray, type Resident, type Storage, type TypedArray } from "../../array/index.js";
import type { LinearMemory } from "./memory.js";

interface Allocation {
  readonly memory: LinearMemory;
  readonly address: number;
}

const collected = new FinalizationRegistry<Allocation>(({ memory, address }) =>
  memory.release(address),
);

/** The bytes of a storage in linear memory. They are freed when nobody knows the storage any more. */
export class WasmResident implements Resident {
  readonly bytes: number;
  /** How many slots it is bound to. */
  users = 0;

  private constructor(
    readonly device: LinearMemory,
    readonly address: number,
    readonly dtype: Storage["dtype"],
    readonly length: number,
    source: TypedArray,
  ) {
    this.bytes = source.byteLength;
    device.write(address, source, source.byteLength);
    collected.register(this, { memory: device, address }, this);
  }

  /** The resident of `storage` in `memory`, copied there now if it is not there yet. */
  static of(memory: LinearMemory, storage: Storage): WasmResident {
    const { resident } = storage;
    if (resident instanceof WasmResident && resident.device === memory) return resident;
    const source = storage.read();
    const address = memory.allocate(source.byteLength);
    const copy = new WasmResident(memory, address, storage.dtype, storage.length, source);
    storage.resident = copy;
    return copy;
  }

  /**
   * One slot fewer. A copy that no slot uses goes at once if the host has the bytes too: eager
   * loops bind new storages faster than the collector finds the old ones.
   */
  static leave(memory: LinearMemory, storage: Storage): void {
    const { resident } = storage;
    if (!(resident instanceof WasmResident) || resident.device !== memory) return;
    if (--resident.users > 0 || !storage.host) return;
    storage.resident = null;
    collected.unregister(resident);
    memory.release(resident.address);
  }

  read(): TypedArray {
    const array = makeArray(this.dtype, this.length);
    this.device.read(this.address, array, this.bytes);
    return array;
  }

  readAsync(): Promise<TypedArray> {
    return Promise.resolve(this.read());
  }
}
