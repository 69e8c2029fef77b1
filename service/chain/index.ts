export { exportChain } from "./export.ts";
export { type SealResult, sealInstance } from "./seal.ts";
export { type VerifyProgress, type VerifyResult, verifyInstance } from "./verify.ts";
