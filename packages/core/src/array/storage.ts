import { type DType, makeArray, type TypedArray } from "./dtype.js";

/** The bytes of an array in memory that belongs to a device (wasm's linear memory, a GPU). */
export interface Resident {
  /** The device that holds it; residents of another device are copied through `read`. */
  readonly device: object;
  /** A copy in ordinary memory. Devices without shared memory throw and offer `readAsync` only. */
  read(): TypedArray;
  readAsync(): Promise<TypedArray>;
}

/**
 * The bytes of one array, contiguous and row-major. They never change while somebody may look at
 * them: a Program that updates a parameter in place first calls `release`.
 */
export class Storage {
  /** Set once a graph leaf outside any Program refers to these bytes. */
  held = false;
  /** A device's own copy; the only one where `host` is null. */
  resident: Resident | null = null;

  constructor(
    readonly dtype: DType,
    readonly length: number,
    /** The bytes in ordinary memory. */
    public host: TypedArray | null,
  ) {}

  static of(dtype: DType, data: TypedArray): Storage {
    return new Storage(dtype, data.length, data);
  }

  static zeros(dtype: DType, length: number): Storage {
    return new Storage(dtype, length, makeArray(dtype, length));
  }

  /** The bytes in ordinary memory, fetched from the device where only it has them. Do not write. */
  read(): TypedArray {
    if (this.host) return this.host;
    if (!this.resident) throw new Error("a storage without bytes");
    return this.resident.read();
  }

  async readAsync(): Promise<TypedArray> {
    if (this.host) return this.host;
    if (!this.resident) throw new Error("a storage without bytes");
    return this.resident.readAsync();
  }
}
