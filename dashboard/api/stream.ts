import { headers, type Query, url } from "./request.ts";

export interface Message {
  id?: string;
  event: string;
  data: string;
}

/**
 * Server-sent events over fetch: EventSource cannot carry the organisation's header. After a cut it asks for what came
 * since the last id it has seen, so nothing is missed; waits 1 s, then twice as long, at most 30 s.
 */
export function openStream(
  path: string,
  query: Query,
  on: { message: (message: Message) => void; state: (state: "live" | "waiting") => void },
): () => void {
  const stop = new AbortController();
  let last: string | undefined;
  let wait_ms = 1000;
  const read = async (): Promise<void> => {
    const response = await fetch(url(path, query), {
      headers: { ...headers(), accept: "text/event-stream", ...(last ? { "last-event-id": last } : {}) },
      signal: stop.signal,
    });
    if (!response.ok || !response.body) throw new Error(`The stream answered ${response.status}.`);
    on.state("live");
    wait_ms = 1000;
    const parse = messages((message) => {
      last = message.id ?? last;
      on.message(message);
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) parse(part.value);
  };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await read().catch(() => undefined); // a cut is expected: the state says it, and we come back
      if (stop.signal.aborted) return;
      on.state("waiting");
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
      wait_ms = Math.min(wait_ms * 2, 30_000);
    }
  };
  void run();
  return () => stop.abort();
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
