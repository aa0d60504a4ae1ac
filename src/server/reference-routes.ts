// The OpenAPI document, and a page for people written from it.

import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { type OpenApiDocument, referencePage, referenceStyles, referenceStylesPath } from "./reference-page.ts";
import type { ServiceParts } from "./service-parts.ts";

/** Registered before the doors, so that it sees each of them. */
export async function describeDoors(app: FastifyInstance, { version }: ServiceParts): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Assay",
        version,
        description:
          "Decisions about consumer credit, explained and replayable. Entity ids are opaque tokens. A refusal is " +
          "application/problem+json and names the thing, the rule and the way out.",
      },
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer", description: "A key made with assay keys create" },
          session: { type: "apiKey", in: "cookie", name: "assay_session", description: "A browser session" },
        },
      },
    },
  });
}

export function referenceRoutes(app: FastifyInstance): void {
  const options = { config: { access: "open" }, schema: { hide: true } } as const;
  app.get("/openapi.json", options, async (_request, reply) =>
    reply.type("application/json").send(JSON.stringify(app.swagger())),
  );
  app.get("/docs", options, async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(referencePage(app.swagger() as OpenApiDocument)),
  );
  app.get(referenceStylesPath, options, async (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(referenceStyles),
  );
}
