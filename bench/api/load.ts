import { text } from "node:stream/consumers";
import { Pool } from "undici";

/* The load of bench/api/requests.ts, in a process of its own: asks every path of standard input's JSON once. */

const { origin, paths } = JSON.parse(await text(process.stdin)) as { origin: string; paths: string[] };
const pool = new Pool(origin, { connections: 16 });
let next = 0;
await Promise.all(
  Array.from({ length: 16 }, async () => {
    while (next < paths.length) {
      const { statusCode, body } = await pool.request({ method: "GET", path: paths[next++]! });
      await body.dump({ limit: 1 << 24 });
      if (statusCode !== 200) throw new Error(`${statusCode} is no success`);
    }
  }),
);
await pool.close();
