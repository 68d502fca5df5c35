/** What was run: enough to say whether two runs had the same code, and to have it again. */
export interface CodeRecord {
  /** SHA-256 over the contents of the files below. */
  readonly hash: string;
  /** Files of the experiment's own: its file and those that it loaded, by path from the root. */
  readonly files: readonly { readonly path: string; readonly object: string }[];
  /** The commit that is checked out; absent outside of git. */
  readonly commit?: string;
  /** Object with the changes since the commit, untracked files included; absent where there are none. */
  readonly changes?: string;
  /** Object with the lock file of npm, pnpm or yarn. */
  readonly lockFile?: string;
  readonly versant: string;
}
