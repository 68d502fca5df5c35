import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { versantVersion } from "../version.js";

/** /openapi.json, and /docs to read and to try it: nothing of that page comes from elsewhere. */
export async function addDocumentation(app: FastifyInstance, needsToken: boolean): Promise<void> {
  const bearer = { type: "http", scheme: "bearer" } as const;
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Versant", version: versantVersion() },
      ...(needsToken && {
        components: { securitySchemes: { bearer } },
        security: [{ bearer: [] }],
      }),
    },
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    // Without the bar that opens the documents of others.
    uiConfig: { layout: "BaseLayout" },
    theme: { title: "Versant" },
    staticCSP: true,
    transformStaticCSP: ownOnly,
  });
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
}

/** The page may load what this server has, by HTTP where it serves no HTTPS, and nothing of others. */
const ownOnly = (policy: string): string =>
  policy
    .replace(" validator.swagger.io", "")
    .replaceAll(" https:", "")
    .replace(" upgrade-insecure-requests;", "");
