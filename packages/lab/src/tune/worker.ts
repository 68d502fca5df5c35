// The process in which trials are trained, one after the other. A keyboard's Ctrl-C reaches it, too: whoever
// started it says what is to happen.
import type { Request, Response } from "./protocol.js";

process.on("SIGINT", () => {});
// Nobody is there any more to tell.
process.on("disconnect", () => process.exit(1));

const { serve } = await import("./serve.js");
serve(
  (response: Response) => process.send?.(response),
  (listener: (request: Request) => void) => process.on("message", listener),
);
