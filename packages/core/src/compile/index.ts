export { compileGraph, explainGraph, type PassOptions } from "./compile.js";
export { type CompilerPasses, type PassGraph, type PassNode, passesOf } from "./passes.js";
