import type { Rule } from "../rule.ts";
import { deniedBurst, exportVolume, privilegedChange, readVolume } from "./acts.ts";
import { dormantUser, newCountry, newDevice, privilegedNewPlace } from "./familiar.ts";
import { bruteForceAddress, bruteForceSucceeded, bruteForceUser, passwordSpraying } from "./guessing.ts";
import { impossibleTravel, unusualHour } from "./travel.ts";

/** Every rule, in the order in which their findings about one event are told. */
export const RULES: readonly Rule[] = [
  bruteForceSucceeded,
  bruteForceAddress,
  bruteForceUser,
  passwordSpraying,
  impossibleTravel,
  privilegedNewPlace,
  newCountry,
  newDevice,
  dormantUser,
  unusualHour,
  privilegedChange,
  deniedBurst,
  readVolume,
  exportVolume,
];

export function findRule(name: string): Rule | undefined {
  return RULES.find((rule) => rule.name === name);
}
