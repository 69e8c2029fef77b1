import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import {
  deletePasskey,
  findPasskey,
  insertChallenge,
  insertPasskey,
  listPasskeyRows,
  type PasskeyRow,
  storePasskeyUse,
  takeChallenge,
} from "../store/accounts/factors.ts";
import { membershipsOf } from "../store/accounts/memberships.ts";
import { findPerson } from "../store/accounts/people.ts";
import { noteSignIn } from "./audit.ts";
import type { Accounts, Visit } from "./context.ts";
import { AccountError, InTheWay, NoSuchThing, WrongCredentials } from "./errors.ts";
import { confirmPresence, personOf } from "./password-change.ts";
import type { Principal } from "./principal.ts";
import { type SignedIn, startSignIn } from "./start.ts";

/*
 * Passkeys (WebAuthn). The authenticator verifies its user (PIN, finger), so that a passkey is two factors by itself;
 * it names its account, so that nobody has to type an address and no answer tells which exist.
 */

const CHALLENGE_MS = 5 * 60_000;
/** EdDSA, ES256, RS256: what every authenticator has one of. The library's own list asks Node for algorithms it only tries out. */
const ALGORITHMS = [-8, -7, -257];

const place = (accounts: Accounts): { origin: string; rpID: string } => {
  const { origin, hostname } = new URL(accounts.publicUrl());
  return { origin, rpID: hostname };
};

/** Without these options no passkey can be added: here it is asked for the password. Throws what `confirmPresence` throws. */
export async function offerPasskey(
  accounts: Accounts,
  principal: Principal,
  password: string | undefined,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { database } = accounts.store;
  const person = await personOf(accounts, principal);
  await confirmPresence(accounts, person, password);
  const options = await generateRegistrationOptions({
    rpName: "Vigil",
    rpID: place(accounts).rpID,
    userName: person.email,
    userDisplayName: person.name,
    userID: new Uint8Array(Buffer.from(person.id.replaceAll("-", ""), "hex")),
    attestationType: "none",
    supportedAlgorithmIDs: ALGORITHMS,
    timeout: CHALLENGE_MS,
    excludeCredentials: (await listPasskeyRows(database, person.id)).map((row) => ({
      id: row.id,
      transports: JSON.parse(row.transports),
    })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  await keepChallenge(accounts, options.challenge, person.id);
  return options;
}

/** Throws AccountError when the answer does not verify, InTheWay when it is registered already. */
export async function addPasskey(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  given: { name?: string | undefined; response: object },
): Promise<PasskeyShown> {
  const { database, clock } = accounts.store;
  const person = await personOf(accounts, principal);
  const { origin, rpID } = place(accounts);
  const verified = await verifyRegistrationResponse({
    response: given.response as RegistrationResponseJSON,
    expectedChallenge: (challenge) => takeChallenge(database, challenge, person.id, clock()),
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch((cause: unknown) => {
    throw new AccountError(
      "This passkey could not be verified; begin again, at the address that Vigil is opened with.",
      { cause },
    );
  });
  if (!verified.verified) throw new AccountError("This passkey could not be verified; begin again.");
  const { credential, credentialBackedUp } = verified.registrationInfo;
  const row: Omit<PasskeyRow, "last_used_at"> = {
    id: credential.id,
    person_id: person.id,
    public_key: Buffer.from(credential.publicKey),
    counter: credential.counter,
    transports: JSON.stringify(credential.transports ?? []),
    name: given.name?.trim() || "Passkey",
    synced: credentialBackedUp,
    created_at: clock().toISOString(),
  };
  await database.transaction(async (tx) => {
    if (!(await insertPasskey(tx, row))) throw new InTheWay("This passkey is registered already.");
    await noteSignIn(accounts, tx, person, visit, {
      action: "auth.passkey_registered",
      details: { name: row.name, synced: row.synced },
    });
  });
  return shown(row);
}

export interface PasskeyShown {
  id: string;
  name: string;
  created_at: string;
  last_used_at?: string;
  synced: boolean;
}

const shown = ({ id, name, created_at, last_used_at, synced }: PasskeyRow): PasskeyShown => ({
  id,
  name,
  created_at,
  ...(last_used_at === undefined ? {} : { last_used_at }),
  synced,
});

export async function listPasskeys(accounts: Accounts, principal: Principal): Promise<PasskeyShown[]> {
  const person = await personOf(accounts, principal);
  return (await listPasskeyRows(accounts.store.database, person.id)).map(shown);
}

/** Throws NoSuchThing, and what `confirmPresence` throws. */
export async function removePasskey(
  accounts: Accounts,
  principal: Principal,
  visit: Visit,
  given: { id: string; password?: string | undefined },
): Promise<void> {
  const { id, password } = given;
  const person = await personOf(accounts, principal);
  await confirmPresence(accounts, person, password);
  await accounts.store.database.transaction(async (tx) => {
    const removed = await deletePasskey(tx, person.id, id);
    if (removed === undefined) throw new NoSuchThing("You have no such passkey.");
    await noteSignIn(accounts, tx, person, visit, { action: "auth.passkey_removed", details: { name: removed.name } });
  });
}

export async function offerPasskeyLogin(accounts: Accounts): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const options = await generateAuthenticationOptions({
    rpID: place(accounts).rpID,
    userVerification: "required",
    timeout: CHALLENGE_MS,
  });
  await keepChallenge(accounts, options.challenge, undefined);
  return options;
}

/** Throws WrongCredentials, whatever was wrong; the log has the reason. */
export async function passkeyLogin(accounts: Accounts, visit: Visit, response: object): Promise<SignedIn> {
  const { database, clock } = accounts.store;
  const answer = response as AuthenticationResponseJSON;
  const row = typeof answer.id === "string" ? await findPasskey(database, answer.id) : undefined;
  const person = row === undefined ? undefined : await findPerson(database, row.person_id);
  const organisations =
    row === undefined ? [] : (await membershipsOf(database, row.person_id)).map((m) => m.organisation_id);
  const { origin, rpID } = place(accounts);
  let counter = 0;
  let reason = row === undefined ? "unknown_passkey" : undefined;
  if (row !== undefined) {
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: answer,
        expectedChallenge: (challenge) => takeChallenge(database, challenge, undefined, clock()),
        expectedOrigin: origin,
        expectedRPID: rpID,
        credential: {
          id: row.id,
          publicKey: new Uint8Array(row.public_key),
          counter: row.counter,
          transports: JSON.parse(row.transports),
        },
        requireUserVerification: true,
      });
      counter = authenticationInfo.newCounter;
      if (!verified) reason = "wrong_passkey";
    } catch {
      reason = "wrong_passkey"; // the library throws for each way in which an answer can be wrong
    }
  }
  if (reason !== undefined || person === undefined || row === undefined) {
    const who = { id: person?.id, name: person?.name, email: person?.email ?? "unknown", organisations };
    await database.transaction((tx) =>
      noteSignIn(accounts, tx, who, visit, { action: "auth.login_failed", success: false, reason, method: "passkey" }),
    );
    throw new WrongCredentials();
  }
  return database.transaction(async (tx) => {
    await storePasskeyUse(tx, row.id, counter, clock());
    return startSignIn(accounts, tx, { ...person, organisations }, visit, "passkey");
  });
}

async function keepChallenge(accounts: Accounts, challenge: string, personId: string | undefined): Promise<void> {
  const at = accounts.store.clock();
  await insertChallenge(accounts.store.database, {
    challenge,
    person_id: personId,
    at,
    expires_at: new Date(at.getTime() + CHALLENGE_MS),
  });
}
