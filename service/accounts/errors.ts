/**
 * Everything that is refused here; the message is one sentence for the person. `problem` is the API's name for it
 * (service/api/problem.ts), by which it gets its status.
 */
export class AccountError extends Error {
  override name = "AccountError";
  readonly problem: string = "refused";
}

/** The same words whatever was wrong: who asks must not learn whether the address is known. */
export class WrongCredentials extends AccountError {
  override name = "WrongCredentials";
  override readonly problem = "sign-in-required";
  constructor() {
    super("E-mail, password or code is not right.");
  }
}

export class TotpRequired extends AccountError {
  override name = "TotpRequired";
  override readonly problem = "totp-required";
  constructor() {
    super("Give the code that your authenticator shows, or a recovery code.");
  }
}

export class PasswordRequired extends AccountError {
  override name = "PasswordRequired";
  override readonly problem = "password-required";
  constructor() {
    super("You signed in some time ago; give your password with this request.");
  }
}

export class TooManyAttempts extends AccountError {
  override name = "TooManyAttempts";
  override readonly problem = "too-many-requests";
  readonly retry_after_s: number;
  constructor(retryAfter_s: number) {
    super(`Too many failed attempts from here; try again in ${Math.max(1, Math.ceil(retryAfter_s))} seconds.`);
    this.retry_after_s = Math.max(1, Math.ceil(retryAfter_s));
  }
}

export class NotSignedIn extends AccountError {
  override name = "NotSignedIn";
  override readonly problem = "sign-in-required";
}

export class CsrfMismatch extends AccountError {
  override name = "CsrfMismatch";
  override readonly problem = "csrf-token";
  constructor() {
    super("The header x-csrf-token is missing or is not the one of this sign-in; read it from GET /api/auth/me.");
  }
}

export class NotAllowed extends AccountError {
  override name = "NotAllowed";
  override readonly problem = "forbidden";
}

export class NoSuchThing extends AccountError {
  override name = "NoSuchThing";
  override readonly problem = "not-found";
}

export class InTheWay extends AccountError {
  override name = "InTheWay";
  override readonly problem = "conflict";
}
