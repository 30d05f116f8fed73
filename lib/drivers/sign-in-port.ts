import type { SignInTrace } from "./port.ts";

/** How sign-ins through connections went in the last day. Trials are none. */
export interface SignInWatch {
  /** Of one organization, or of the whole environment. Hours without any are left out. */
  hours(organizationId: string | null): Promise<SignInHour[]>;
  /** The latest that failed. */
  failures(organizationId: string | null): Promise<FailedSignIn[]>;
}

export interface SignInHour {
  hour: Date;
  passed: number;
  failed: number;
}

export interface FailedSignIn extends SignInTrace {
  connectionId: string;
  connectionName: string;
}
