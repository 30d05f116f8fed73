import { readProxy } from "../checks/proxy.ts";
import type { Instruments } from "../run.ts";

/** What of the environment the doctor goes by: the proxy that other programs use, and the secrets that some checks need. */
export function instrumentsOfEnvironment(): Pick<Instruments, "proxy" | "secrets"> {
  const said = (name: string) => process.env[name] || process.env[name.toLowerCase()] || "";
  // Not HTTP_PROXY first: in a CGI program a caller can set it, and what is asked for here is https.
  const proxy = said("HTTPS_PROXY") || said("ALL_PROXY") || said("HTTP_PROXY");
  return {
    proxy: {
      proxy: proxy ? readProxy(proxy) : null,
      except: [
        ...said("NO_PROXY")
          .split(/[\s,]+/)
          .filter(Boolean),
        "localhost",
        "127.0.0.1",
        "::1",
      ],
    },
    secrets: {
      databaseUrl: process.env.DATABASE_URL || null,
      ldapPassword: process.env.SALLYPORT_DOCTOR_LDAP_PASSWORD ?? null,
    },
  };
}
