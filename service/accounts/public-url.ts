/**
 * Where people open the dashboard. Without a setting: localhost, by name, because passkeys are bound to a name and no
 * browser takes an address for one.
 */
export function publicUrlOf(
  settings: { publicUrl?: string | undefined; port: number },
  listening: number | undefined,
): string {
  if (settings.publicUrl !== undefined) return settings.publicUrl.replace(/\/+$/, "");
  return `http://localhost:${listening ?? settings.port}`;
}
