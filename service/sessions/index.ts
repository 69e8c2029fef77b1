export type * from "./client.ts";
export { readCursor, writeCursor } from "./cursor.ts";
export { blockUser, type EndRequest, endSessions } from "./end.ts";
export { SessionError } from "./errors.ts";
export { type Clients, findByNameOrId, withClient } from "./instance.ts";
export { listSessions, PRECISION_S, present, type Session, type SessionQuery } from "./list.ts";
export { describeLogin, type Familiar, type Login, type LoginQuery, listLogins, toLogin } from "./logins.ts";
export { type SyncResult, syncSessions } from "./sync.ts";
