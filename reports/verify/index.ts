import { trustedWith } from "../../service/keys/handover.ts";
import { verifyWith } from "../../service/keys/signing.ts";
import { NotAVigilWorkbookError } from "../errors.ts";
import { type Manifest, manifestHash, SHEETS } from "../proof/forms.ts";
import { WorkbookReader } from "../reader/index.ts";
import { EvidenceCheck } from "./evidence.ts";
import { checkSealedSheets } from "./sealed-sheets.ts";
import { checkSegments } from "./segments.ts";
import { checkTables } from "./tables.ts";
import type { WorkbookProblem, WorkbookVerdict } from "./verdict.ts";

export type { WorkbookProblem, WorkbookVerdict } from "./verdict.ts";

const MOST_PROBLEMS = 100;

/**
 * Says, with the public key alone, whether every row of a report is as recorded, and which cell is not: manifest →
 * checkpoints → leaves → events → rows. `publicKey`: the one you know; absent, the workbook's own is used, which proves
 * that all of it fits together but not who signed. Throws NotAVigilWorkbookError.
 */
export async function verifyWorkbook(
  path: string,
  options: { publicKey?: string | undefined } = {},
): Promise<WorkbookVerdict> {
  const book = await WorkbookReader.open(path);
  try {
    return await verify(book, path, options.publicKey);
  } finally {
    await book.close();
  }
}

async function verify(book: WorkbookReader, path: string, known: string | undefined): Promise<WorkbookVerdict> {
  const { text, signature, key } = await readManifest(book, path);
  const problems: WorkbookProblem[] = [];
  let problem_count = 0;
  const problem = (one: WorkbookProblem): void => {
    problem_count++;
    if (problems.length < MOST_PROBLEMS) problems.push(one);
  };
  const manifest = parse(text, path);
  const public_key = known ?? key;
  const trusted = trustedWith(public_key, manifest.handovers ?? []);
  if (!trusted.has(key))
    problem({ reason: `the workbook names the key ${key}, not the one you gave: another service signed it` });
  if (!verifyWith(trusted.has(key) ? key : public_key, manifestHash(text), signature))
    problem({
      reason:
        "the workbook's own signature does not hold: what it says of itself (period, filters, sheets, number of events) was altered",
    });
  const segments = await checkSegments(book, manifest, trusted, problem);
  const evidence = new EvidenceCheck(manifest, segments, problem);
  const isEnough = (): boolean => problem_count >= MOST_PROBLEMS;
  const rows = await checkTables({ book, manifest, evidence, segments, problem, isEnough });
  await checkSealedSheets(book, manifest, problem);
  const { sealed, unsealed } = evidence;
  return {
    status: problem_count === 0 ? "intact" : "broken",
    report: manifest.report,
    organisation: manifest.organisation_name,
    instances: manifest.instances.map(({ name }) => name),
    made_at: manifest.made_at,
    made_by: manifest.made_by,
    vigil_version: manifest.vigil_version,
    public_key,
    events: sealed + unsealed,
    rows,
    sealed,
    unsealed,
    segments: segments.count,
    problems,
    problem_count,
  };
}

async function readManifest(
  book: WorkbookReader,
  path: string,
): Promise<{ text: string; signature: string; key: string }> {
  const rows = await Array.fromAsync(book.hidden(SHEETS.manifest));
  const texts = (what: string): string =>
    rows
      .filter(([name]) => name === what)
      .map(([, text]) => text ?? "")
      .join("");
  const found = { text: texts("manifest"), signature: texts("signature"), key: texts("public_key") };
  if (found.text === "")
    throw new NotAVigilWorkbookError(
      `${path} holds no proof: it is no report of Vigil, or its hidden sheets were taken out.`,
    );
  return found;
}

function parse(text: string, path: string): Manifest {
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.version === 1) return manifest;
    throw new NotAVigilWorkbookError(
      `${path} was made by a newer Vigil (form ${manifest.version}): verify it with that version.`,
    );
  } catch (error) {
    if (error instanceof NotAVigilWorkbookError) throw error;
    throw new NotAVigilWorkbookError(`The manifest in ${path} cannot be read: it was altered.`);
  }
}
