import { t } from "../i18n/index.ts";

/** Periods that pages offer, in hours. */
export const PERIODS: Record<string, number> = {
  "1h": 1,
  "24h": 24,
  "1d": 24,
  "7d": 168,
  "14d": 336,
  "30d": 720,
  "90d": 2160,
};

const WORDS: Record<string, string> = {
  "1h": "last hour",
  "24h": "last 24 hours",
  "1d": "last 24 hours",
  "7d": "last 7 days",
  "14d": "last 14 days",
  "30d": "last 30 days",
  "90d": "last 90 days",
};
export const periodLabel = (period: string): string => t(WORDS[period] ?? period);
