import type { AddressInfo } from "node:net";
import { ArgumentError, requireOptions } from "@versant/core/internal";
import type { FastifyInstance } from "fastify";
import { ledgerFolder } from "../ledger/location.js";
import { isLoopback } from "../serve/loopback.js";
import { Access } from "./access.js";
import { buildApp } from "./app.js";
import { applicationFolder } from "./application.js";
import { LedgerSource } from "./source.js";

export interface StudioOptions {
  /** The folder of the ledger. Default: that of this place; it need not be there yet */
  readonly ledger?: string;
  /** Default "127.0.0.1": this machine only; others need a `token` */
  readonly host?: string;
  /** Default 0: a free one */
  readonly port?: number;
  /** What a browser has to know. Default: one that is drawn, and stands in the address */
  readonly token?: string;
  /** The folder of the built application. Default: that of @versant/studio */
  readonly application?: string;
}

const optionNames = ["ledger", "host", "port", "token", "application"];

/** A running studio. */
export interface Studio {
  /** Where it can be reached, without the token. */
  readonly url: string;
  /** What is opened: with the token, where it was drawn; whoever chose one types it. */
  readonly address: string;
  /** Ends at once, with whatever is open. */
  close(): Promise<void>;
}

/**
 * Shows a ledger over HTTP, from here until `close`: it reads, and appends what people say on its pages.
 *
 * @throws ArgumentError when the port is taken, and for a host that others reach without a token
 */
export async function startStudio(options: StudioOptions = {}): Promise<Studio> {
  requireOptions("startStudio", options, optionNames);
  const { ledger = ledgerFolder(), host = "127.0.0.1", port = 0, token } = options;
  if (!isLoopback(host) && !token) {
    throw new ArgumentError(
      `startStudio: received the host ${host}, which others reach, without a token; expected one that they ` +
        "have to know.",
    );
  }
  const source = new LedgerSource(ledger);
  const access = new Access(host, token);
  const application = options.application ?? applicationFolder();
  const app = await buildApp({ source, access, application });
  await listen(app, host, port);
  const url = urlOf(app.server.address() as AddressInfo);
  access.listensOn(Number(new URL(url).port));
  return {
    url,
    address: token === undefined ? `${url}/?token=${access.token}` : `${url}/`,
    close: async () => {
      await app.close();
      await source.close();
    },
  };
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw new ArgumentError(
      `startStudio: ${host}:${port} cannot be listened on (${(error as Error).message}); expected a free ` +
        "port of this machine. Port 0 takes one that is free.",
      { cause: error },
    );
  }
}

const urlOf = ({ address, port, family }: AddressInfo): string =>
  `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
