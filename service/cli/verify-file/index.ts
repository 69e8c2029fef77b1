import type { Terminal } from "../../control/terminal.ts";
import { CommandFailure, type Exit } from "../failure.ts";
import { painter, printable } from "../output/style.ts";
import { verifyWorkbookFile } from "./workbook.ts";

/** `vigil verify FILE`: offline, without store and service; the file's name says which kind it is. */
export async function verifyFile(options: {
  terminal: Terminal;
  path: string;
  key?: string | undefined;
  json?: boolean;
}): Promise<Exit> {
  const { terminal, path, key, json = false } = options;
  if (!path.toLowerCase().endsWith(".xlsx"))
    throw new CommandFailure(`${printable(path)} is no report that can be verified: give a workbook (.xlsx).`);
  const { exit, text } = await verifyWorkbookFile(path, { key, json, paint: painter(terminal.shape.color) });
  await terminal.out(text);
  return exit;
}
