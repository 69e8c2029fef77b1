import { openStore, type Store } from "../../service/store/index.ts";
import { ensurePartition, periodOf } from "../../service/store/partitions.ts";
import { rollUp } from "../../service/store/rollup.ts";

/*
 * A store with many events, made in SQL: a year of them, ten models, 200 users, sessions of a day, requests of four
 * events. They are not chained: what is measured here reads, and does not verify. Indexes are made at the end.
 */

const END = Date.parse("2026-11-20T00:00:00Z");
const DAY_MS = 86_400_000;

export async function fill(store: Store, instanceId: string, events: number, days: number): Promise<void> {
  const perDay = Math.floor(events / days);
  const indexes = await store.database.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') AS definition
     FROM pg_index WHERE indrelid = 'event'::regclass AND NOT indisprimary`,
  );
  const owner = (sql: string): Promise<unknown> => store.database.ownerTransaction((tx) => tx.query(sql));
  for (const { name } of indexes) await owner(`DROP INDEX ${name}`);
  const fillDays = async (from: number, to: number): Promise<void> => {
    for (let d = from; d < to; d++) {
      const on = new Date(END - (days - 1 - d) * DAY_MS).toISOString().slice(0, 10);
      await ensurePartition(store.database, periodOf(365, on));
      await store.database.ownerTransaction(async (tx) => {
        await tx.query("SET LOCAL synchronous_commit = off");
        await tx.query(EVENTS, [
          store.organisationId,
          instanceId,
          on,
          d * perDay,
          (d + 1) * perDay,
          DAY_MS / 1000 / perDay,
        ]);
      });
    }
  };
  const half = Math.floor(days / 2 / 7) * 7;
  await Promise.all([fillDays(0, half), fillDays(half, days)]);
  for (const { definition } of indexes)
    await store.database.ownerTransaction(async (tx) => {
      await tx.query("SET LOCAL maintenance_work_mem = '512MB'");
      await tx.query(definition);
    });
  await store.database.ownerTransaction(async (tx) => {
    const head = perDay * days;
    await tx.query(
      `INSERT INTO batch (organisation_id, instance_id, batch_no, first_seq, last_seq, last_hash, fence, retention_days, received_on, received_at)
       SELECT $1::uuid, $2::uuid, n, (n - 1) * $5::bigint + 1, n * $5::bigint, ''::bytea, 1, 365, e.received_on, e.received_at
       FROM generate_series(1, $4::bigint) n
       CROSS JOIN LATERAL (SELECT $3::bigint AS head, ('2026-11-20'::date - ($4::int - n::int)) AS received_on, now() AS received_at) e`,
      [store.organisationId, instanceId, head, days, perDay],
    );
    await tx.query("UPDATE instance SET head_seq = $2::bigint, batch_no = $3, last_pull_at = now() WHERE id = $1", [
      instanceId,
      head,
      days,
    ]);
  });
  await store.database.ownerTransaction((tx) => tx.query("ANALYZE event"));
  await rollUp(store);
}

const EVENTS = `INSERT INTO event (organisation_id, instance_id, retention_days, received_on, seq, received_at, source_id, occurred_at, kind, category, severity,
    model, model_label, record_id, record_name, user_id, user_login, user_name, as_user, origin, origin_type, session, ip, user_agent, request_id,
    correlation_id, transaction, changes, details, commitments, hash)
  SELECT $1::uuid, $2::uuid, 365, $3::date, n, at, 'c:' || n / 3 || '/12/' || n || '/u', at - interval '2 s',
    CASE WHEN h % 1000 < 3 THEN 'session.login' WHEN h % 1000 = 3 THEN 'session.login_failed' WHEN h % 100 < 20 THEN 'record.created'
      WHEN h % 100 < 23 THEN 'record.deleted' ELSE 'record.updated' END,
    CASE WHEN h % 1000 < 4 THEN 'auth' WHEN h % 50 = 9 THEN 'comms' ELSE 'data' END,
    CASE WHEN h % 100000 = 55 THEN 'critical' WHEN h % 5000 = 7 THEN 'high' WHEN h % 100 BETWEEN 20 AND 22 THEN 'medium' ELSE 'low' END,
    CASE WHEN h % 20000 = 11 THEN 'res.company' ELSE (ARRAY['res.partner','sale.order','sale.order.line','account.move','account.move.line','product.template',
      'stock.move','mail.message','crm.lead','project.task'])[1 + (h / 7) % 10] END, 'Some model',
    (h / 11) % 50000, 'Record number ' || (h / 11) % 50000, h2 % 200, 'user' || h2 % 200 || '@example.com', 'User Number ' || h2 % 200, NULL,
    '{"method":"web_save","model":"sale.order","route":"/web/dataset/call_kw/sale.order/web_save","type":"rpc"}', 'rpc',
    encode(sha256(((h2 % 200) || '/' || $3)::bytea), 'hex'), '10.1.' || h2 % 200 || '.7',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    md5((n / 4)::text)::uuid::text, md5((n / 4)::text)::uuid::text, 'c:' || n / 3,
    ('[{"after":"Berlin ' || n || '","before":"Fremont","field":"city","label":"City","type":"char"},' || chr(10) ||
      '{"after":{"amount":"' || n || '.10","currency":"EUR"},"before":{"amount":"12.50","currency":"EUR"},"field":"amount_total","label":"Total","type":"monetary"}]')::json,
    NULL, decode(repeat(md5(n::text), 9), 'hex'), sha256(n::text::bytea)
  FROM (SELECT n, abs(hashint8(n)::bigint) AS h, abs(hashint8(n / 20 + 7)::bigint) AS h2,
      $3::date::timestamptz + (n - $4::bigint - 1) * $6::float8 * interval '1 s' AS at
    FROM generate_series($4::bigint + 1, $5::bigint) n) AS x`;

if (import.meta.main) {
  const [url, events = "1000000", days = "364"] = process.argv.slice(2);
  const store = await openStore({ databaseUrl: url, dataDir: "/tmp/vigil-bench-api", secretKey: "00".repeat(32) });
  const instance = await store.instances.add({
    name: "bench",
    url: "http://127.0.0.1:1",
    db: "b",
    login: "l",
    key: "k",
  });
  const started = performance.now();
  await fill(store, instance.id, Number(events), Number(days));
  console.log(`${events} events in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  await store.close();
}
