import "server-only";
import { Prisma } from "./prisma/client.ts";

/** Whether PostgreSQL refused a row because another has the same value where each must have its own. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
}
