export { Problem, type ProblemName } from "./problem.ts";
export { type Context, type Route, route } from "./route.ts";
export { buildApi } from "./server.ts";
export type { ApiLog, ApiServices, Authenticate } from "./services.ts";
export { hubOf } from "./stream/hub.ts";
