import { type DestinationStream, pino } from "pino";

/** The part of pino that the service uses. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** JSON lines on standard output. Keys that may hold a secret are cut out whoever logs them. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: ["key", "secret", "password", "*.key", "*.secret", "*.password"], censor: "[cut out]" },
  };
  return destination ? pino(options, destination) : pino(options);
}
