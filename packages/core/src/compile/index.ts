export { compileGraph, explainGraph, type PassOptions } from "./compile.js";
