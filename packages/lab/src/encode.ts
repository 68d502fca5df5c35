/** `versant/encode`: what makes texts and rows of tables the numbers of a model, in browsers as in Node. */
export { rowEncoder } from "./model/encodeRows.js";
export { textEncoder } from "./model/encodeTexts.js";
