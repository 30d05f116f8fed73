import NextAuth from "next-auth";
import { authOptions } from "#lib/auth/options.ts";

/** next-auth's own endpoints: the session's state, and a sign-out that needs its CSRF token. */
async function handler(
  request: Request,
  context: RouteContext<"/api/auth/[...nextauth]">,
): Promise<Response> {
  return await NextAuth(authOptions())(request, context);
}

export { handler as GET, handler as POST };
