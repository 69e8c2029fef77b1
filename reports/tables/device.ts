import { describeDevice, parseDevice } from "../../service/places/index.ts";

/** "Firefox 142 on Windows 11": what a user agent says it is, never a proof. */
export function deviceLabel(userAgent: string): string {
  return describeDevice(parseDevice(userAgent));
}
