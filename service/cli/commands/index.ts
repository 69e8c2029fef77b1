import type { Command } from "../command.ts";
import { accountLink, accountList } from "./account.ts";
import { auditList } from "./audit-list.ts";
import { erase } from "./erase.ts";
import { eventsList } from "./events-list.ts";
import { exportCommand } from "./export.ts";
import * as findings from "./findings.ts";
import { instanceAccept } from "./instance-accept.ts";
import { instanceAdd } from "./instance-add.ts";
import { instanceCheck } from "./instance-check.ts";
import { instanceList } from "./instance-list.ts";
import { instanceRemove } from "./instance-remove.ts";
import { instanceSet } from "./instance-set.ts";
import { keyRotate } from "./key-rotate.ts";
import { loginsList } from "./logins-list.ts";
import { orgAdd, orgList } from "./org.ts";
import { policySet, policyShow } from "./policy.ts";
import { pull } from "./pull.ts";
import { report, reportList } from "./report.ts";
import * as retention from "./retention.ts";
import { sessionsEnd, userBlock, userUnblock } from "./sessions-end.ts";
import { sessionsList } from "./sessions-list.ts";
import { trackingSet, trackingShow } from "./tracking.ts";
import { verify } from "./verify.ts";

/** Commands that work on the store, by name; each runs in the CLI's own process or inside the running service. */
export const COMMANDS: Record<string, Command> = {
  "instance add": instanceAdd,
  "instance list": instanceList,
  "instance check": instanceCheck,
  "instance set": instanceSet,
  "instance accept": instanceAccept,
  "instance remove": instanceRemove,
  "tracking show": trackingShow,
  "tracking set": trackingSet,
  pull,
  "events list": eventsList,
  "sessions list": sessionsList,
  "sessions end": sessionsEnd,
  "user block": userBlock,
  "user unblock": userUnblock,
  "logins list": loginsList,
  "policy show": policyShow,
  "policy set": policySet,
  "findings list": findings.findingsList,
  "findings rules": findings.findingsRules,
  "findings tune": findings.findingsTune,
  erase,
  verify,
  export: exportCommand,
  report,
  "report list": reportList,
  "audit list": auditList,
  "account link": accountLink,
  "account list": accountList,
  "org add": orgAdd,
  "org list": orgList,
  "key rotate": keyRotate,
  "retention plan": retention.retentionPlan,
  "retention run": retention.retentionRun,
  "retention policy set": retention.retentionPolicySet,
  "retention policy list": retention.retentionPolicyList,
  "retention hold add": retention.retentionHoldAdd,
  "retention hold release": retention.retentionHoldRelease,
};
