/** What `versant/serve` is: trained models that answer over HTTP, from a program. */
export { type ServeOptions, serve } from "./serve/serve.js";
export type { ServedModel, Version } from "./serve/servedModel.js";
export type { ModelServer } from "./serve/server.js";
