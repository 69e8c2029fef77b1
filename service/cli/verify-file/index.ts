import type { Terminal } from "../../control/terminal.ts";
import type { Exit } from "../failure.ts";
import { painter } from "../output/style.ts";
import { verifyExportFile } from "./export.ts";

/** `vigil verify FILE`: offline, without store and service; the file's name says which kind it is. */
export async function verifyFile(options: {
  terminal: Terminal;
  path: string;
  key?: string | undefined;
  json?: boolean;
}): Promise<Exit> {
  const { terminal, path, key, json = false } = options;
  const paint = painter(terminal.shape.color);
  const workbook = path.toLowerCase().endsWith(".xlsx");
  const verify = workbook ? (await import("./workbook.ts")).verifyWorkbookFile : verifyExportFile;
  const { exit, text } = await verify(path, { key, json, paint });
  await terminal.out(text);
  return exit;
}
