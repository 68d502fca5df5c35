export * from "./bucketLoader.js";
export * from "./bytePair.js";
export * from "./padding.js";
export * from "./sequenceDataset.js";
export type { Sequence } from "./sequences.js";
export { characters, type Tokenizer, type WordsOptions, words } from "./tokenizers.js";
export * from "./vocabulary.js";
export * from "./word2vec.js";
export * from "./wordVectors.js";
