import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { PERMISSIONS } from "../accounts/permissions.ts";

const ABOUT = `Evidence for Odoo: what happened in each Odoo, provably unchanged. Version 1.

Lists answer \`{items, next_cursor?, total?}\`: pass \`cursor\` for the next page, or \`offset\` up to 10,000.
Errors are problem details (RFC 9457). Times are ISO 8601 in UTC. \`{id}\` of an instance is its uuid or its name.
`;

/** OpenAPI 3.1 from the schemas that validate, at /api/openapi.json; a page to read and try it at /api/docs. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  const permissions = Object.entries(PERMISSIONS).map(([name, { allows }]) => `| \`${name}\` | ${allows} |`);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Vigil",
        version,
        description: `${ABOUT}\n| permission | allows |\n|---|---|\n${permissions.join("\n")}`,
        license: { name: "MIT", identifier: "MIT" },
      },
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer", description: "An API key: `vgl_…`" },
          cookie: {
            type: "apiKey",
            in: "cookie",
            name: "vigil_session",
            description: "A sign-in; unsafe methods also need `x-csrf-token`.",
          },
        },
      },
      security: [{ key: [] }, { cookie: [] }],
    },
  });
  await app.register(swaggerUi, {
    routePrefix: "/api/docs",
    staticCSP: true,
    uiConfig: { docExpansion: "none", deepLinking: true, tryItOutEnabled: true },
    theme: { title: "Vigil API" },
  });
  app.get("/api/openapi.json", { schema: { hide: true } }, async () => app.swagger());
}
