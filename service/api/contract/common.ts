import { type TSchema, Type } from "typebox";

/* Shapes that every noun uses. Only types of these files may be imported by the dashboard. */

/** ISO 8601, UTC */
export const Time = Type.String({ description: "ISO 8601, UTC", examples: ["2026-11-21T09:14:03.120000Z"] });

export const InstanceParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 63, description: "uuid or name of the instance", examples: ["acme"] }),
});

/** `limit` with `cursor`, or with `offset` for the first 10,000. */
export const Paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 500, description: "`next_cursor` of the page before" })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
};

/** The envelope of every list. */
export const List = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next_cursor: Type.Optional(Type.String({ description: "absent on the last page" })),
    total: Type.Optional(Type.Integer({ description: "of all pages, where counting is cheap" })),
  });
