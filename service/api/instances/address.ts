import { Problem } from "../problem.ts";

/** Where an Odoo answers, in its one spelling. Throws Problem for what is no http address or holds a password. */
export function addressOf(text: string): string {
  const wrong = (message: string): Problem =>
    new Problem("invalid-request", message, { errors: [{ path: "body/url", message }] });
  const full = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(full) || !/^https?:$/.test(new URL(full).protocol))
    throw wrong("The address must be like https://odoo.example.com.");
  const url = new URL(full);
  if (url.username || url.password)
    throw wrong("The address must not hold a user or password; they have fields of their own.");
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
