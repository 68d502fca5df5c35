export interface SteerRequest {
  readonly action: "pause" | "resume" | "stop" | "learningRate";
  /** Of "learningRate". */
  readonly value?: number;
  readonly why: string;
}

export interface DecideRequest {
  readonly title: string;
  readonly why: string;
  /** What it was before, and what it is now: both or neither. */
  readonly from?: string;
  readonly to?: string;
  readonly alternatives?: readonly string[];
  /** Runs ("#12") and scores of runs ("#12:validation.accuracy"). */
  readonly evidence?: readonly string[];
}

export interface TagRequest {
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

export interface TagAnswer {
  readonly tags: readonly string[];
}

export interface ApproveRequest {
  readonly statement: string;
  readonly despite?: string;
}
