import type { EpochRecord } from "@versant/core";

/** All scores of an epoch, by names such as "validation.loss". */
export const scoresOf = ({ train, validation }: EpochRecord): Record<string, number> =>
  Object.fromEntries(
    Object.entries({ train, validation }).flatMap(([part, scores]) =>
      Object.entries(scores ?? {}).map(([name, score]) => [`${part}.${name}`, score]),
    ),
  );
