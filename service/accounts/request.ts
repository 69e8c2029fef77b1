/** What signing in needs of a request; Fastify's is one. */
export interface RequestLike {
  method: string;
  headers: Record<string, string | string[] | undefined>;
  cookies: Record<string, string | undefined>;
  ip: string;
}
