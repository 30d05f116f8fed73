import { z } from "zod";

export const EmailAddress = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email("Write the whole e-mail address, such as ada@example.com."));

export const PersonName = z.string().trim().min(1, "Write a name.").max(100, "Use at most 100 characters.");

/** A password as typed. Whether a new one is good enough is decided where the person is known. */
export const Password = z.string().min(1, "Write the password.").max(1_000, "This is too long.");

export const SignInInput = z.object({ email: EmailAddress, password: Password });
export type SignInInput = z.infer<typeof SignInInput>;

export const TotpCode = z
  .string()
  .transform((code) => code.replace(/\s/g, ""))
  .pipe(z.string().regex(/^\d{6}$/, "The code has six digits."));

export const SecondFactorInput = z.object({ code: TotpCode });
export type SecondFactorInput = z.infer<typeof SecondFactorInput>;

export const RecoveryCodeInput = z.object({
  recoveryCode: z.string().trim().min(16, "A recovery code has sixteen characters.").max(40),
});
export type RecoveryCodeInput = z.infer<typeof RecoveryCodeInput>;

export const ChangePasswordInput = z.object({ currentPassword: Password, password: Password });
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;

export const ConfirmedByPassword = z.object({ currentPassword: Password });
export type ConfirmedByPassword = z.infer<typeof ConfirmedByPassword>;

export const ChangeNameInput = z.object({ name: PersonName });
export type ChangeNameInput = z.infer<typeof ChangeNameInput>;

export const OwnSessionInput = z.object({ sessionId: z.string().startsWith("ses_") });
export type OwnSessionInput = z.infer<typeof OwnSessionInput>;

export const NoInput = z.object({});
export type NoInput = z.infer<typeof NoInput>;

/** What the owners decided about signing in to this console. */
export const SignInPolicy = z.object({
  requireSecondFactor: z.boolean().default(false),
  /** A session unused for this long ends. */
  idleMinutes: z.int().min(5, "At least five minutes.").max(480, "At most eight hours.").default(30),
  /** And any session ends after this long, used or not. */
  sessionHours: z.int().min(1, "At least one hour.").max(72, "At most three days.").default(12),
});
export type SignInPolicy = z.infer<typeof SignInPolicy>;

/** The same as its form sends it. */
export const SignInPolicyForm = z.object({
  requireSecondFactor: z.literal("on").optional().transform(Boolean),
  idleMinutes: z.coerce.number().pipe(SignInPolicy.shape.idleMinutes.unwrap()),
  sessionHours: z.coerce.number().pipe(SignInPolicy.shape.sessionHours.unwrap()),
});

/**
 * Where to go after signing in: a path of this console, never another host. Browsers read `//host` and `/\host` as
 * another host, and drop tabs and line ends on the way.
 */
export const NextPath = z
  .string()
  .regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u)
  .max(2_000)
  .catch("/");
