export { exportChain } from "./export.ts";
export { exportPart } from "./export-part.ts";
export { type SealResult, sealInstance } from "./seal.ts";
export { type VerifyProgress, type VerifyResult, verifyInstance } from "./verify.ts";
export { type FileResult, verifyFile } from "./verify-file.ts";
