export { type RunningTask, startTasks, type TaskHandler, type TaskOutcome, type Tasks } from "./runner.ts";
