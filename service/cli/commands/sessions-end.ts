import { blockUser, endSessions } from "../../sessions/index.ts";
import type { Command } from "../command.ts";
import { EXIT, usage } from "../failure.ts";
import { plural, printable } from "../output/style.ts";

/** `vigil sessions end`: refused in Odoo at the very next request. Exit status 1 when there was nothing to end. */
export const sessionsEnd: Command = async ({ store, terminal, connect }, { options }) => {
  const { instance, session, user, all, reason, json } = options as Record<string, string | undefined>;
  if ([session, user, all].filter((one) => one !== undefined).length !== 1) {
    throw usage("Say which sessions: one of --session ID, --user LOGIN or --all.");
  }
  const result = await endSessions(store, connect, {
    instance: instance!,
    session,
    user,
    all: all === undefined ? undefined : true,
    reason: reason!,
    actor: terminal.user,
  });
  await terminal.out(
    json
      ? `${JSON.stringify(result)}\n`
      : result.ended === 0
        ? "There was no such live session.\n"
        : `Ended ${plural(result.ended, "session")} of ${printable(result.instance)}: refused at the very next request.\n`,
  );
  return result.ended === 0 ? EXIT.no : EXIT.success;
};

/** `vigil user block LOGIN` and `unblock`. */
export const userBlock = setBlocked(true);
export const userUnblock = setBlocked(false);

function setBlocked(blocked: boolean): Command {
  return async ({ store, terminal, connect }, call) => {
    const result = await blockUser(store, connect, {
      instance: String(call.options.instance),
      user: call.arguments[0]!,
      blocked,
      reason: String(call.options.reason),
      actor: terminal.user,
    });
    const login = printable(result.login);
    await terminal.out(
      call.options.json
        ? `${JSON.stringify(result)}\n`
        : blocked
          ? `${login} is blocked in ${printable(result.instance)} and logged out everywhere, until \`vigil user unblock\`.\n`
          : `${login} may log in to ${printable(result.instance)} again.\n`,
    );
    return EXIT.success;
  };
}
