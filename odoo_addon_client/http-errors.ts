import {
  BadAnswerError,
  NetworkError,
  RefusedAddressError,
  TimeoutError,
  TlsError,
  type VigilClientError,
} from "./errors.ts";

const TIMEOUTS = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT"]);
const CUT = new Set([
  "UND_ERR_SOCKET",
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "ERR_STREAM_PREMATURE_CLOSE",
]);
const TLS =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

/** Says in one sentence what a failed HTTP exchange means. The original error is kept as the cause. */
export function networkFailure(error: unknown, url: string, timeoutMs: number): VigilClientError {
  const place = new URL(url).host;
  const code = codeOf(error);
  const name = error instanceof Error ? error.name : "";
  const options = { cause: error };
  if (TIMEOUTS.has(code) || name === "TimeoutError" || name === "AbortError") {
    return new TimeoutError(
      `${place} did not answer within ${timeoutMs / 1000} s: check that Odoo is not overloaded.`,
      options,
    );
  }
  if (/SELF_SIGNED/.test(code)) {
    return new TlsError(
      `${place} uses a self-signed certificate: give its certificate as a trusted authority.`,
      options,
    );
  }
  if (TLS.test(code)) {
    return new TlsError(
      `The TLS connection to ${place} failed (${code}): check its certificate and the address.`,
      options,
    );
  }
  if (code === "VIGIL_ADDRESS_REFUSED")
    // not which address: a name of the inner network is not to be looked up through us
    return new RefusedAddressError(
      `${place} leads to an address that this service does not connect to: give Odoo's own address, or see VIGIL_ODOO_NETWORKS.`,
      options,
    );
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new NetworkError(`The name ${place} cannot be resolved: check the address and the DNS.`, options);
  }
  if (code === "ECONNREFUSED")
    return new NetworkError(`Nobody listens at ${place}: start Odoo or check the address.`, options);
  if (code.startsWith("Z_")) return new BadAnswerError(`The answer from ${place} arrived damaged: try again.`, options);
  if (CUT.has(code)) return new NetworkError(`The connection to ${place} was cut: try again.`, options);
  return new NetworkError(`${place} cannot be reached${code ? ` (${code})` : ""}: check the network.`, options);
}

/** The other side closed or reset the connection. */
export function isCut(error: unknown): boolean {
  return CUT.has(codeOf(error));
}

function codeOf(error: unknown): string {
  let current = error;
  while (current instanceof Error) {
    const code = (current as NodeJS.ErrnoException).code;
    if (typeof code === "string") return code;
    if (current instanceof AggregateError && current.errors.length > 0) current = current.errors[0];
    else current = current.cause;
  }
  return "";
}
