import type { Shape, Terminal } from "../../service/control/terminal.ts";

/** A terminal that remembers what was written to it. */
export class FakeTerminal implements Terminal {
  stdout = "";
  stderr = "";
  readonly user = "tester";
  readonly shape: Shape;
  readonly questions: string[] = [];
  readonly #answer: string | undefined;
  readonly #abort = new AbortController();

  constructor(options: { answer?: string; shape?: Partial<Shape> } = {}) {
    this.#answer = options.answer;
    this.shape = { progress: false, color: false, ...options.shape };
  }
  get signal(): AbortSignal {
    return this.#abort.signal;
  }
  abort(): void {
    this.#abort.abort(new DOMException("interrupted", "AbortError"));
  }
  async out(text: string): Promise<void> {
    this.stdout += text;
  }
  async err(text: string): Promise<void> {
    this.stderr += text;
  }
  async askSecret(question: string): Promise<string> {
    this.questions.push(question);
    if (this.#answer === undefined) throw new Error("Nobody is there to answer.");
    return this.#answer;
  }
}
