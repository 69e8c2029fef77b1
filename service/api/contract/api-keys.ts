import { type Static, Type } from "typebox";
import { PermissionName } from "./roles.ts";

const time = (about: string) => Type.String({ format: "date-time", description: about });

export const ApiKey = Type.Object({
  id: Type.String({ format: "uuid" }),
  name: Type.String(),
  prefix: Type.String({ description: "the first characters, to tell keys apart", examples: ["vgl_h3Kx9Q"] }),
  permissions: Type.Array(PermissionName),
  created_at: time("made"),
  created_by: Type.Object({ id: Type.String(), name: Type.String() }),
  expires_at: Type.Optional(time("absent: never")),
  last_used_at: Type.Optional(time("to the minute")),
  last_used_ip: Type.Optional(Type.String()),
  revoked_at: Type.Optional(time("revoked")),
});
export type ApiKey = Static<typeof ApiKey>;
export const ApiKeys = Type.Object({ items: Type.Array(ApiKey) });

export const ApiKeyNew = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 80 }),
  permissions: Type.Array(PermissionName, { minItems: 1, uniqueItems: true }),
  expires_at: Type.Optional(time("in the future")),
});
export const ApiKeyMade = Type.Object({
  api_key: ApiKey,
  key: Type.String({ description: "shown only now; Vigil keeps a digest" }),
});
