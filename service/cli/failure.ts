/**
 * What a command's exit status says (a contract with scripts):
 * 0 success, 1 the answer is "no" (broken chain, failed check), 2 wrong usage, 3 something could not be reached.
 */
export const EXIT = { success: 0, no: 1, usage: 2, unreachable: 3 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with one sentence on standard error. The sentence says what to do next. */
export class CommandFailure extends Error {
  override name = "CommandFailure";
  readonly exit: Exit;
  constructor(sentence: string, exit: Exit = EXIT.no, options?: ErrorOptions) {
    super(sentence, options);
    this.exit = exit;
  }
}

/** Wrong arguments: exit status 2. */
export function usage(sentence: string): CommandFailure {
  return new CommandFailure(sentence, EXIT.usage);
}
