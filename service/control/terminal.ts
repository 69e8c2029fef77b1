/**
 * Where a command speaks: the terminal it was typed in, or the control socket when the running service carries the
 * command out (`service/control/`). Writing waits for a slow reader, so that a million lines do not pile up in memory.
 */
export interface Terminal {
  out(text: string): Promise<void>;
  err(text: string): Promise<void>;
  /** asks for a secret without showing it; rejects where nobody can answer */
  askSecret(question: string): Promise<string>;
  readonly shape: Shape;
  /** the operating system's user who typed the command: recorded as who did it */
  readonly user: string;
  /** aborted when the person pressed Ctrl-C or went away */
  readonly signal: AbortSignal;
}

/** What the terminal can do. Plain JSON: it travels over the control socket. */
export interface Shape {
  /** width of standard output; absent when it is not a terminal */
  columns?: number;
  /** standard error is a terminal: progress bars may be drawn there */
  progress: boolean;
  color: boolean;
}
