import type { ServerResponse } from "node:http";

/**
 * Cuts off a reader of a stream that took nothing for so long: an export holds a connection to the database until its
 * end, and ten readers that sleep would hold all of them. Waiting for the database is not the reader's fault.
 */
export function cutOffSleepers(response: ServerResponse, most_ms: number): void {
  const look = (): void => {
    if (response.writableNeedDrain) response.destroy();
    else response.setTimeout(most_ms);
  };
  response.setTimeout(most_ms, look);
}
