/** An address as it is stored and compared. */
export function normalEmail(email: string): string {
  return email.trim().normalize("NFKC").toLowerCase().slice(0, 254);
}
