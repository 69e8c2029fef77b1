import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Gives back what loading left behind. V8 lets its young generation grow to 67 MB while the modules are read and takes
 * nothing back from a process that then does little: 212 MB resident after a start, 142 when it was asked once (a pause
 * of 40 ms). A smaller young generation (`--max-semi-space-size`) would have to be given to every way of starting.
 */
export function giveBackMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect(); // what lived through it is out of the young generation
  collect(); // which is empty now, and shrinks
}

const QUIET_MS = 5_000;
/** events, or as much work as they are */
const MUCH = 5_000;

export interface Rest {
  worked(events: number): void;
  stop(): void;
}

/** Gives memory back when much was done and then little for some seconds: a backlog leaves 100 MB behind. So does the start. */
export function restAfterWork(giveBack = giveBackMemory): Rest {
  let done = 0;
  let lately = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    timer = undefined;
    const isBusy = lately >= MUCH;
    lately = 0;
    if (isBusy) wait();
    else {
      done = 0;
      giveBack();
    }
  };
  const wait = (): void => {
    timer = setTimeout(look, QUIET_MS).unref();
  };
  const rest: Rest = {
    worked(events) {
      done += events;
      lately += events;
      if (timer === undefined && done >= MUCH) wait();
    },
    stop: () => clearTimeout(timer),
  };
  rest.worked(MUCH);
  return rest;
}
