import type { Route } from "../route.ts";
import { postLogin } from "./login.ts";
import { postLogout } from "./logout.ts";
import { getMe } from "./me.ts";
import {
  deletePasskey,
  getPasskeys,
  postPasskey,
  postPasskeyLogin,
  postPasskeyLoginOptions,
  postPasskeyOptions,
} from "./passkeys.ts";
import { postForgot, postPassword, postReset } from "./password.ts";
import { deleteSession, getSessions } from "./sessions.ts";
import { getLink, getSetup, postSetup } from "./setup.ts";
import { deleteTotp, postTotp, postTotpConfirm } from "./totp.ts";

export const AUTH_ROUTES: readonly Route[] = [
  getSetup, getLink, postSetup, postLogin, postLogout, getMe, postForgot, postReset, postPassword, postTotp, postTotpConfirm,
  deleteTotp, getPasskeys, postPasskeyOptions, postPasskey, deletePasskey, postPasskeyLoginOptions, postPasskeyLogin,
  getSessions, deleteSession,
]; // biome-ignore format: a list
