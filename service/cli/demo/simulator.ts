/** What the demo needs of the simulated Odoo. */
export interface Simulator {
  url: string;
  series: string;
  account: { url: string; db: string; login: string; key: string };
  /** the company starts to work at a human pace; call what comes back to send everybody home */
  work(): () => void;
  close(): Promise<void>;
}

export async function openSimulator(): Promise<Simulator> {
  throw new Error("not yet");
}
