import type { Refusals } from "../../refusal/refusal.js";

/** Why a request was not answered; the status of the answer says which kind of fault it is. */
export interface Problem {
  /** A sentence for people, in English. */
  readonly error: string;
  /** What it is about, for whoever says it in other words; absent for what pages do not meet. */
  readonly reason?: Reason;
}

/** What pages meet, by its code, with the values that a sentence about it names. */
export interface Reasons extends Refusals {
  /** The file is another one since the request began. */
  readonly "ledger.replaced": { readonly path: string };
  /** No cookie, or that of a server that is gone. */
  readonly "session.unknown": None;
  readonly "session.token": None;
  readonly "session.tries": { readonly seconds: number };
  /** The cookie is there, and `x-versant-csrf` is not that of this session: it is to be asked for anew. */
  readonly "session.mark": None;
  /** Another site's page, or another name of the machine. */
  readonly "session.foreign": None;
  readonly "request.size": { readonly bytes: number };
  readonly "request.form": None;
  readonly "server.fault": None;
}

type None = Readonly<Record<string, never>>;

export type Reason = {
  readonly [Code in keyof Reasons]: { readonly code: Code; readonly values: Reasons[Code] };
}[keyof Reasons];
