/** Whether a word is the path of a model's file: it has a separator or this ending. What else there is names a run. */
export const isModelPath = (word: string): boolean => /[/\\]|\.safetensors$/.test(word);
