export { type ApiKeyShown, createApiKey, listApiKeys, revokeApiKey } from "./api-keys.ts";
export { authenticate, DEVICE_COOKIE, SESSION_COOKIE } from "./authenticate.ts";
export { type Accounts, DEVICE_MS, idleSince, type Visit } from "./context.ts";
export { AccountError, NotSignedIn, TooManyAttempts, TotpRequired, WrongCredentials } from "./errors.ts";
export {
  acceptLink,
  firstSetupLink,
  forgot,
  ownerLink,
  resetLink,
  resetPassword,
  showLink,
} from "./links.ts";
export { login } from "./login.ts";
export { me } from "./me.ts";
export { changeMember, inviteMember, listMembers, removeMember } from "./members.ts";
export { changeOrganisation, createOrganisation, readOrganisation, transferOwnership } from "./organisation.ts";
export { addPasskey, listPasskeys, offerPasskey, offerPasskeyLogin, passkeyLogin, removePasskey } from "./passkeys.ts";
export { changePassword } from "./password-change.ts";
export type { Principal } from "./principal.ts";
export type { RequestLike } from "./request.ts";
export { changeRole, createRole, listRoles, removeRole } from "./roles.ts";
export { endSession, listSessions, logout } from "./sessions.ts";
export type { SignedIn } from "./start.ts";
export { disableTotp, enableTotp, offerTotp } from "./totp.ts";
