/** Counts of a whole run; every step adds to it and says so on a line of its own. */
export class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;
  readonly problems: string[] = [];

  add(step: string, counts: { passed?: number; failed?: number; skipped?: number }, note = ""): void {
    const { passed = 0, failed = 0, skipped = 0 } = counts;
    this.passed += passed;
    this.failed += failed;
    this.skipped += skipped;
    const parts = [`${passed} passed`, failed && `${failed} FAILED`, skipped && `${skipped} skipped`].filter(Boolean);
    console.log(`${failed ? "✗" : "✓"} ${step}: ${parts.join(", ")}${note ? ` — ${note}` : ""}`);
    if (failed) this.problems.push(step);
  }

  /** The line that ends a run, alone: scripts read it. */
  line(): string {
    return `${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`;
  }
}
