import type { Ledger } from "../../packages/lab/src/ledger/ledger.js";

export interface Alteration {
  readonly kind: string;
  /** Which event has to be named; undefined where none can be. */
  readonly sequence: number | undefined;
}

export declare function fillLedger(ledger: Ledger): Promise<void>;
export declare function alter(folder: string, number: number): Alteration;
export declare function contentOf(folder: string): string;
