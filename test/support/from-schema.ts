import fc from "fast-check";

/* Values from a JSON schema, as the API's own schemas use it: right ones, and ones with something wrong in them. */

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  patternProperties?: Record<string, Schema>;
}

export function valid(given: object): fc.Arbitrary<unknown> {
  const schema = given as Schema;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valid));
  switch (schema.type) {
    case "object":
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, one]) => [key, valid(one)])),
        { requiredKeys: schema.required ?? [] },
      );
    case "array":
      return fc.array(valid(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    case "string":
      if (schema.format === "uuid") return fc.uuid();
      if (schema.format === "email") return fc.emailAddress();
      if (schema.format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
      if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern));
      return fc.string({
        minLength: schema.minLength ?? 0,
        maxLength: Math.min(schema.maxLength ?? 20, 40),
        unit: "grapheme",
      });
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1000, max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1) });
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

export const HOSTILE = [
  "' OR 1=1 --",
  "'; DROP TABLE event; --",
  "$1",
  "%00",
  "\u0000",
  "\ud800",
  "../../etc/passwd",
  "<script>alert(1)</script>",
  "{{7*7}}",
  "__proto__",
  "a".repeat(5000),
  "-1",
  "1e309",
  "NaN",
  "9999999999999999999999",
  "2026-02-30",
  "0000-01-01",
  "",
  " ",
  "\u202e",
  "null",
  "true",
];

/** Somewhere something that does not belong there. */
export function spoiled(given: object): fc.Arbitrary<unknown> {
  const wrong = fc.oneof(fc.constantFrom(...HOSTILE), fc.jsonValue(), fc.integer(), fc.constant({ $ne: null }));
  const schema = given as Schema;
  if (schema.type !== "object") return wrong;
  const keys = [...Object.keys(schema.properties ?? {}), "unknown", "__proto__", "constructor"];
  return fc.oneof(
    fc
      .tuple(valid(given), fc.constantFrom(...keys), wrong)
      .map(([value, key, other]) => ({ ...(value as object), [key]: other })),
    wrong,
  );
}
