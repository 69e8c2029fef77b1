import { type Static, Type } from "typebox";

/* Signing in: what `/api/auth/…` takes and answers. Cookies: `vigil_session`, and `vigil_device` (a known device). */

const uuid = (about: string) => Type.String({ format: "uuid", description: about });
const time = (about: string) => Type.String({ format: "date-time", description: about });
export const Email = Type.String({ format: "email", maxLength: 254, examples: ["ada@example.com"] });
const PasswordGiven = Type.String({ minLength: 1, maxLength: 256, description: "as typed" });
const Token = Type.String({ minLength: 20, maxLength: 100, description: "from the one-time link, after the #" });
const Code = Type.String({ minLength: 6, maxLength: 24, description: "six digits, or a recovery code" });

export const MemberOf = Type.Object({
  id: uuid("the organisation"),
  name: Type.String(),
  role: Type.String({ description: "owner, admin, member, auditor, viewer, or the id of a custom role" }),
  role_name: Type.String({ examples: ["Owner"] }),
  permissions: Type.Array(Type.String()),
});

export const Me = Type.Object({
  person: Type.Object({
    id: uuid("the person, or the API key"),
    name: Type.String(),
    email: Type.Optional(Email),
    totp_enabled: Type.Boolean(),
    passkeys: Type.Integer({ description: "how many" }),
    recovery_codes_left: Type.Integer(),
  }),
  organisations: Type.Array(MemberOf),
  organisation_id: uuid("the one this answer speaks of: header x-organisation-id, else the first"),
  csrf_token: Type.String({ description: "for the header x-csrf-token of every unsafe request with a cookie" }),
});
export type Me = Static<typeof Me>;

export const SetupNeeded = Type.Object({
  needed: Type.Boolean({ description: "nobody can sign in yet: open the set-up link that the log printed" }),
});
export type SetupNeeded = Static<typeof SetupNeeded>;

/** What an unused link is for, so that the page can say it. */
export const LinkQuery = Type.Object({ token: Token });
export const Link = Type.Object({
  kind: Type.Union([Type.Literal("setup"), Type.Literal("invite"), Type.Literal("reset")]),
  email: Type.Optional(Email),
  name: Type.Optional(Type.String()),
  organisation: Type.Optional(Type.String()),
  role_name: Type.Optional(Type.String()),
  has_account: Type.Boolean({ description: "the person exists already: give the password, choose none" }),
  expires_at: time("after this it is refused"),
});
export type Link = Static<typeof Link>;

/** With a set-up link: the first Owner. With an invitation: e-mail and organisation stand in it. */
export const Setup = Type.Object({
  token: Token,
  email: Type.Optional(Email),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  password: PasswordGiven,
  code: Type.Optional(Code),
  organisation: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
});
export type Setup = Static<typeof Setup>;

export const Login = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254 }),
  password: PasswordGiven,
  code: Type.Optional(Code),
});
export type Login = Static<typeof Login>;

export const Forgot = Type.Object({ email: Type.String({ minLength: 1, maxLength: 254 }) });
export const Reset = Type.Object({ token: Token, password: PasswordGiven });
export const PasswordChange = Type.Object({ current: PasswordGiven, password: PasswordGiven });

/** Where a sign-in of the last ten minutes is proof enough, and the password is due after it. */
export const PasswordMaybe = Type.Object({ password: Type.Optional(PasswordGiven) });
export const ASKS = "Ten minutes after signing in it asks for `password`: problem `password-required`.";

/** What came of asking for a new password; the same whether the address is known or not. */
export const Forgotten = Type.Object({
  sent: Type.Boolean({ description: "whether this Vigil sends mail: to an address that it knows" }),
  instead: Type.Optional(
    Type.String({
      description: "without mail: what an administrator of the machine runs",
      examples: ["vigil account link --reset EMAIL"],
    }),
  ),
});

export const TotpSecret = Type.Object({
  secret: Type.String({ description: "base32, to be typed where no QR code can be read" }),
  otpauth_url: Type.String(),
});
export const TotpConfirm = Type.Object({ code: Code });
export const RecoveryCodes = Type.Object({
  recovery_codes: Type.Array(Type.String(), { description: "each works once; shown only now" }),
});
/** Turning a second factor off asks for the password again. */
export const PasswordAgain = Type.Object({ password: PasswordGiven });

/** WebAuthn's own JSON (PublicKeyCredentialCreationOptionsJSON and its kin): made and read by @simplewebauthn. */
export const WebAuthnJson = Type.Record(Type.String(), Type.Unknown());
export const PasskeyRegistration = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
  response: WebAuthnJson,
});
/** What the browser's authenticator answered, as it is. */
export const PasskeyLogin = WebAuthnJson;
export const Passkey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  created_at: time("added"),
  last_used_at: Type.Optional(time("last sign-in with it")),
  synced: Type.Boolean({ description: "kept by a password manager or account, not on one device only" }),
});
export const Passkeys = Type.Object({ items: Type.Array(Passkey) });

export const SignIn = Type.Object({
  id: uuid("the sign-in"),
  created_at: time("signed in"),
  last_seen_at: time("last request, to the minute"),
  expires_at: time("ends by itself, if not used before"),
  ip: Type.Optional(Type.String()),
  user_agent: Type.Optional(Type.String()),
  method: Type.String({ examples: ["password", "password+totp", "passkey"] }),
  current: Type.Boolean(),
});
export const SignIns = Type.Object({ items: Type.Array(SignIn) });
