/** On what it ran. */
export interface EnvironmentRecord {
  readonly node: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryMB: number;
  readonly device: string;
  /** What decides the last bits. */
  readonly arithmetic: string;
  readonly threads: number;
  readonly host: string;
  readonly process: number;
}
