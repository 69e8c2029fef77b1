import { LABELS } from "./fr/labels.ts";
import { NAMES } from "./fr/names.ts";
import { SENTENCES } from "./fr/sentences.ts";
import { WORDS } from "./fr/words.ts";

export const FRENCH: Record<string, string> = { ...LABELS, ...SENTENCES, ...NAMES, ...WORDS };
