import type { Hello } from "../../../odoo_addon_client/protocol.ts";
import type { Command } from "../command.ts";
import { EXIT, usage } from "../failure.ts";
import { refuseIfTaken, remember } from "../odoo.ts";
import { reportHello } from "../output/hello.ts";
import { painter, printable } from "../output/style.ts";

/** Letters, digits, dot, dash, underscore: a name that needs no quoting in a shell, a file's name or an address. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;

/**
 * `vigil instance add NAME`: talks to the Odoo first and stores nothing that does not work. The key comes from
 * VIGIL_ODOO_KEY or a prompt, because arguments are readable by everyone on the machine.
 */
export const instanceAdd: Command = async (context, call) => {
  const { store, terminal } = context;
  const [name] = call.arguments as [string];
  const { url, db, login, insecure } = call.options as { url: string; db: string; login: string; insecure?: boolean };
  if (!NAME.test(name))
    throw usage(
      `"${printable(name)}" is no usable name; take letters, digits, dots, dashes and underscores, up to 63 of them.`,
    );
  const base = readUrl(url);
  if ((await store.instances.list()).some((instance) => instance.name === name)) {
    throw usage(
      `There is an instance ${name} already; choose another name, or remove it first with \`vigil instance remove ${name}\`.`,
    );
  }
  const key = (await terminal.askSecret(`API key (or password) of ${printable(login)} at ${base}: `)).trim();
  if (!key) throw usage("An empty key was given; make one in Odoo under Preferences → Account Security → New API Key.");
  const target = { url: base, db, login, insecure: insecure === true };
  const client = await context.connect(target, key);
  let hello: Hello;
  try {
    hello = await client.hello();
  } finally {
    await client.close();
  }
  refuseIfTaken(store, hello);
  await store.instances.add({ name, ...target, key });
  await remember(store, name, hello);
  context.wake?.(name);
  await terminal.out(reportHello(name, hello, client.transport, painter(terminal.shape.color)));
  await terminal.out(
    context.wake
      ? "The running service pulls from it from now on.\n"
      : `Next: \`vigil pull ${name}\`, or \`vigil serve\` to keep pulling.\n`,
  );
  return EXIT.success;
};

export function readUrl(text: string): string {
  const full = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(full) || !/^https?:$/.test(new URL(full).protocol))
    throw usage(`--url must be an address like https://odoo.example.com, not "${printable(text)}".`);
  const url = new URL(full);
  if (url.username || url.password) throw usage("--url must not hold a user or password; the key is asked for.");
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
