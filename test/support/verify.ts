import { type VerifyResult, verifyInstance } from "../../service/chain/index.ts";
import type { Instance, Store } from "../../service/store/index.ts";

/** The result of a verification, without its progress. */
export async function verify(store: Store, instance: Instance): Promise<VerifyResult> {
  for await (const step of verifyInstance(store, instance)) if (step.type === "result") return step;
  throw new Error("verification ended without a result");
}
