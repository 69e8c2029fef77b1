import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPassword, hashPassword, verifyPassword } from "../../service/accounts/passwords.ts";

const ADA = { email: "ada.byron@example.com", name: "Ada Byron" };

describe("passwords", () => {
  test.each([
    ...[
      "short",
      "password1234",
      "123456789012",
      "aaaaaaaaaaaaa",
      "Passw0rd2026!!",
      "ada.byron.1815",
      "abcabcabcabcabc",
    ],
    ...["qwertyuiop123", "LetMeIn-LetMeIn", "byronbyronbyron", "zyxwvutsrqponm"],
  ])("%j is refused", (password) => {
    expect(() => checkPassword(password, ADA)).toThrow(/password/i);
  });

  test.each(["three grey herons at dusk", "pässwörter sind schön", "correct horse 17 battery", "7h$kq-2Lm!9xZ"])(
    "%j is taken",
    (password) => {
      expect(() => checkPassword(password, ADA)).not.toThrow();
    },
  );

  test("whatever the person is called, a random one is judged without an accident", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (password, email, name) => {
        try {
          checkPassword(password, { email, name });
        } catch (error) {
          expect((error as Error).name).toBe("AccountError");
        }
      }),
    );
  });

  test("the same letters typed on another keyboard are the same password; the hash is argon2id of 19 MiB", async () => {
    const hash = await hashPassword("caf\u00e9 au lait le matin");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await verifyPassword(hash, "cafe\u0301 au lait le matin")).toBe(true);
    expect(await verifyPassword(hash, "cafe au lait le matin")).toBe(false);
    expect(await verifyPassword(undefined, "the password of nobody")).toBe(false);
  });

  test("an account that is not there takes as long as one that is", async () => {
    const hash = await hashPassword("three grey herons at dusk");
    const cpu = async (stored: string | undefined): Promise<number> => {
      const before = process.cpuUsage();
      for (let n = 0; n < 5; n++) await verifyPassword(stored, "wrong wrong wrong");
      return process.cpuUsage(before).user;
    };
    await cpu(undefined);
    const ratios: number[] = [];
    for (let n = 0; n < 9; n++) ratios.push((await cpu(hash)) / (await cpu(undefined)));
    const median = ratios.sort((a, b) => a - b)[4]!;
    expect(median).toBeGreaterThan(0.7);
    expect(median).toBeLessThan(1.4);
  });
});
