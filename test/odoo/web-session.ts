/** What a browser does: signs in and calls models through the web client's routes. */
export class WebSession {
  readonly url: string;
  #cookie = "";
  #id = 0;
  uid = 0;

  private constructor(url: string) {
    this.url = url;
  }

  static async signIn(url: string, db: string, login: string, password = login): Promise<WebSession> {
    const session = new WebSession(url);
    const answer = await session.post<{ uid: number }>("/web/session/authenticate", { db, login, password });
    session.uid = answer.uid;
    return session;
  }

  /** `model.method(*args, **kwargs)` through /web/dataset/call_kw. */
  call<T = unknown>(model: string, method: string, args: unknown[] = [], kwargs: object = {}): Promise<T> {
    return this.post<T>(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs });
  }

  async create(model: string, values: object): Promise<number> {
    return (await this.call<number[]>(model, "create", [[values]]))[0]!;
  }

  async post<T>(path: string, params: object): Promise<T> {
    const response = await fetch(this.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: this.#cookie },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++this.#id, method: "call", params }),
      signal: AbortSignal.timeout(300_000),
    });
    for (const cookie of response.headers.getSetCookie()) {
      if (cookie.startsWith("session_id=")) this.#cookie = cookie.split(";")[0]!;
    }
    const body = (await response.json()) as {
      result: T;
      error?: { data: { name: string; message: string; debug: string } };
    };
    if (body.error) throw new OdooFault(body.error.data);
    return body.result;
  }
}

/** Odoo's own error, by the name of its exception class. */
export class OdooFault extends Error {
  override name = "OdooFault";
  readonly exception: string;

  constructor(data: { name: string; message: string; debug?: string }) {
    super(`${data.name}: ${data.message}`);
    this.exception = data.name;
  }
}

/** `/jsonrpc`'s `object.execute_kw`, as an integration calls it. */
export async function executeKw<T>(
  url: string,
  db: string,
  uid: number,
  password: string,
  model: string,
  method: string,
  args: unknown[],
  kwargs: object = {},
): Promise<T> {
  const response = await fetch(`${url}/jsonrpc`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "call",
      params: { service: "object", method: "execute_kw", args: [db, uid, password, model, method, args, kwargs] },
    }),
    signal: AbortSignal.timeout(300_000),
  });
  const body = (await response.json()) as { result: T; error?: { data: { name: string; message: string } } };
  if (body.error) throw new OdooFault(body.error.data);
  return body.result;
}
