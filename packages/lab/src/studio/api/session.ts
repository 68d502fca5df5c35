/** Bodies of `POST /api/session`. */
export interface LogIn {
  readonly token: string;
}

export interface Session {
  /** Of Versant. */
  readonly version: string;
  /** The folder of the ledger. */
  readonly ledger: string;
  /** Who signs what is asked for here; null where this user has no key that can be used, or may only read. */
  readonly user: { readonly name: string; readonly key: string } | null;
  /** What the browser prefers. */
  readonly language: "en" | "fr";
  /** What each POST has to bring as `x-versant-csrf`. */
  readonly csrf: string;
}
