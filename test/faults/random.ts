/** Repeatable random numbers (mulberry32): a failing run is repeated with its printed seed in VIGIL_FAULT_SEED. */
export function seeded(seed = Number(process.env.VIGIL_FAULT_SEED ?? Date.now() % 1_000_000)) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { seed, next, below: (limit: number) => Math.floor(next() * limit) };
}

export type Random = ReturnType<typeof seeded>;

/** How many rounds of kill -9: 20, or 200 with `npm run test:faults`. */
export const ROUNDS = Number(process.env.VIGIL_FAULT_ROUNDS ?? 20);
