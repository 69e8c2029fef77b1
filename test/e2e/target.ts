import pg from "pg";
import type { Target } from "../odoo/suite.ts";

/** The Odoo these tests run against; `npm test` starts one and tells it here. */
export function target(): Target {
  const told = process.env.VIGIL_TEST_ODOO;
  if (!told)
    throw new Error("These tests need a running Odoo: start them with `npm test` (VIGIL_TEST_ODOO is not set).");
  return JSON.parse(told) as Target;
}

/** A plain connection to Odoo's database: what psql does. */
export async function sql(database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database, application_name: "psql" });
  client.on("error", () => {});
  await client.connect();
  return client;
}
