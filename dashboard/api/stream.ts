import { headers, type Query, url } from "./request.ts";

export interface Message {
  id?: string;
  event: string;
  data: string;
}

/** The service says something every 15 s; a connection that is silent for so long died without a word. */
const SILENCE_MS = 40_000;

/**
 * Server-sent events over fetch: EventSource cannot carry the organisation's header. After a cut it asks for what came
 * since the last id it has seen, so nothing is missed; waits 1 s, then twice as long, at most 30 s. A laptop that wakes,
 * a tab that is looked at again, a network that is back: no more waiting.
 */
export function openStream(
  path: string,
  query: Query,
  on: { message: (message: Message) => void; state: (state: "live" | "waiting") => void },
): () => void {
  let stopped = false;
  let last: string | undefined;
  let wait_ms = 1000;
  let heard_at = 0;
  let connection = new AbortController();
  let wake: () => void = () => undefined;

  const read = async (): Promise<void> => {
    connection = new AbortController();
    const response = await fetch(url(path, query), {
      headers: { ...headers(), accept: "text/event-stream", ...(last ? { "last-event-id": last } : {}) },
      signal: connection.signal,
    });
    if (!response.ok || !response.body) throw new Error(`The stream answered ${response.status}.`);
    on.state("live");
    wait_ms = 1000;
    const parse = messages((message) => {
      last = message.id ?? last;
      on.message(message);
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    heard_at = Date.now();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      heard_at = Date.now();
      parse(part.value);
    }
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      await read().catch(() => undefined); // a cut is expected: the state says it, and we come back
      if (stopped) return;
      on.state("waiting");
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, wait_ms);
      });
      wait_ms = Math.min(wait_ms * 2, 30_000);
    }
  };
  const look = (): void => {
    if (Date.now() - heard_at > SILENCE_MS) connection.abort();
    wake();
  };
  // timers rest while the machine sleeps: the first tick after it finds the silence
  const watch = setInterval(() => Date.now() - heard_at > SILENCE_MS && heard_at > 0 && connection.abort(), 5_000);
  addEventListener("online", look);
  addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", look);
  void run();
  return () => {
    stopped = true;
    clearInterval(watch);
    removeEventListener("online", look);
    removeEventListener("pageshow", look);
    document.removeEventListener("visibilitychange", look);
    connection.abort();
    wake();
  };
}

/** Takes pieces of text as they come and gives whole messages (WHATWG's event stream, without `retry`). */
export function messages(emit: (message: Message) => void): (text: string) => void {
  let rest = "";
  let message: { id?: string; event: string; data: string[] } = { event: "message", data: [] };
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    for (const line of lines) {
      if (line === "") {
        if (message.data.length) emit({ ...message, data: message.data.join("\n") });
        message = { event: "message", data: [] };
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "data") message.data.push(value);
      else if (field === "id") message.id = value;
      else if (field === "event") message.event = value;
    }
  };
}
