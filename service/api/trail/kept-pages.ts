import { hash } from "node:crypto";
import type { InstanceRef } from "../../store/instances.ts";

/*
 * Pages that were answered already, as bytes. What is stored is only added to, purged or erased, so the answer to the
 * same question about one instance is the same until one of these happens, and `stamp` says whether it did: an erasure
 * ends with a segment, so that a page that was made in the middle of one goes. The stamp is read before the page: one
 * that was made while events came is at worst made again.
 */

export interface KeptPage {
  stamp: string;
  body: Buffer;
  etag: string;
}

/** Some 250 pages of 50 events. */
const MOST_BYTES = 16 << 20;
const pages = new Map<string, KeptPage>();
let bytes = 0;

export function stampOf({ name, head_seq, tombstones, segments }: InstanceRef): string {
  return `${head_seq}/${tombstones}/${segments}/${name}`;
}

export function findPage(key: string, stamp: string): KeptPage | undefined {
  const page = pages.get(key);
  if (page?.stamp !== stamp) return undefined;
  pages.delete(key); // last asked, last to go
  pages.set(key, page);
  return page;
}

export function keepPage(key: string, stamp: string, text: string): KeptPage {
  const body = Buffer.from(text);
  const page = { stamp, body, etag: `W/"${hash("sha1", body, "base64url")}"` };
  bytes += body.length - (pages.get(key)?.body.length ?? 0);
  pages.delete(key);
  pages.set(key, page);
  for (const [oldest, { body }] of pages) {
    if (bytes <= MOST_BYTES) break;
    pages.delete(oldest);
    bytes -= body.length;
  }
  return page;
}
