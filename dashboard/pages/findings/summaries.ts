/** The sentences of service/findings/rules, with places for what differs: how another language learns to say them. */
export const SUMMARIES = [
  "{who} was refused {count} times within {minutes} minutes",
  "{who} read {count} records within an hour; usual are {usual}",
  "{who} exported {count} records within an hour; usual are {usual}",
  "{who} logged in with a new device: {device}, from {place}",
  "{who} logged in from a new country: {place} ({ip})",
  "{who} logged in after {days} days away, from {place}",
  "The privileged user {who} logged in from a new place: {place} ({ip})",
  "{who} logged in from {to} {minutes} minutes after {from}, at least {km} km apart",
  "{who} logged in around {clock} ({zone}), where {near} of {total} logins were before",
  "{count} failed logins from {ip} within {minutes} minutes",
  "{count} failed logins as {who} within {minutes} minutes",
  "{who} logged in after {count} failed attempts within {minutes} minutes",
  "{ip} tried {count} accounts within {minutes} minutes",
  "{who} changed {what}",
];

/** What stands in the places of `sentence` when `text` was made from it. */
export function read(sentence: string, text: string): Record<string, string> | undefined {
  const pattern = sentence.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>.+)");
  return new RegExp(`^${pattern}$`).exec(text)?.groups;
}
