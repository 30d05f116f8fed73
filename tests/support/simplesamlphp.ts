import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "#lib/cli/ports.ts";
import { selfSignedCertificate } from "#lib/identity-service/keys/certificate.ts";

/** Where Debian's package keeps what a web server serves. */
const WEB_ROOT = "/usr/share/simplesamlphp/www";
const ATTRIBUTE_MAPS = "/etc/simplesamlphp/attributemap/";
const EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
const URI_NAMES = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";

/** The one account, with LDAP's attribute names, which simpleSAMLphp turns into urn:oid ones as its manual proposes. */
export const GRACE = {
  username: "grace",
  password: "nanosecond",
  attributes: { uid: ["grace"], mail: ["grace@example.com"], givenName: ["Grace"], sn: ["Hopper"] },
} as const;

/** The service provider as its administrator enters it at the identity provider. */
export interface ServiceProvider {
  readonly entity_id: string;
  readonly acs_url: string;
  readonly slo_url: string;
}

export interface SimpleSamlPhp {
  readonly url: string;
  /** What the identity provider says of itself. */
  metadata(): Promise<string>;
  /** Makes a service provider known to it, and the certificate that it signs its logout messages with. */
  trust(provider: ServiceProvider, certificate?: string): void;
  /** The same, in the lines of PHP that its administrator writes. */
  trustAs(php: string): void;
  /** Signs with another key from now on, as after a change that nobody told us of. */
  changeKey(): void;
  close(): Promise<void>;
}

/** Whether this machine has simpleSAMLphp, and a PHP that can run it. */
export function installed(): boolean {
  if (!existsSync(join(WEB_ROOT, "saml2/idp/SSOService.php"))) return false;
  const probe = "exit(extension_loaded('dom') && extension_loaded('openssl') ? 0 : 1);";
  return spawnSync("php", ["-r", probe]).status === 0;
}

/** simpleSAMLphp's identity provider under PHP's own web server. All it reads of ours and writes is in one temporary folder. */
export async function startSimpleSamlPhp(): Promise<SimpleSamlPhp> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-simplesamlphp-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  for (const name of ["config", "metadata", "cert", "sessions", "log", "tmp", "data"]) {
    mkdirSync(join(folder, name));
  }
  const changeKey = () => writeKey(folder);
  changeKey();
  writeSettings(folder, url);
  const stop = await serve(folder, port);
  const metadata = async () => (await fetch(metadataUrl(url))).text();
  return {
    url,
    metadata,
    trust: ({ entity_id, acs_url, slo_url }, certificate) =>
      writePhp(join(folder, "metadata/saml20-sp-remote.php"), "metadata", {
        [entity_id]: {
          AssertionConsumerService: acs_url,
          SingleLogoutService: slo_url,
          NameIDFormat: EMAIL_FORMAT,
          ...(certificate ? { certData: certificate.replace(/-----[^-]*-----|\s/g, "") } : {}),
        },
      }),
    trustAs: (php) => writeFileSync(join(folder, "metadata/saml20-sp-remote.php"), `<?php\n${php}\n`),
    changeKey,
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function metadataUrl(url: string): string {
  return `${url}/saml2/idp/metadata.php`;
}

/** Runs until the function it returns is called; answers when it does. */
async function serve(folder: string, port: number): Promise<() => Promise<void>> {
  const settings = { sys_temp_dir: join(folder, "tmp"), "session.save_path": join(folder, "sessions") };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-d", `${name}=${value}`]);
  const php = spawn("php", [...options, "-S", `127.0.0.1:${port}`, "-t", WEB_ROOT], {
    cwd: folder,
    env: { ...process.env, SIMPLESAMLPHP_CONFIG_DIR: join(folder, "config") },
    stdio: "ignore",
  });
  try {
    await untilItAnswers(php, metadataUrl(`http://127.0.0.1:${port}`));
  } catch (error) {
    await end(php);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return () => end(php);
}

async function untilItAnswers(php: ChildProcess, url: string): Promise<void> {
  const stop = AbortSignal.timeout(30_000);
  for (;;) {
    if (php.exitCode !== null) throw new Error(`PHP's web server ended with ${php.exitCode}.`);
    const answer = await fetch(url, { signal: stop }).catch(() => null);
    if (answer?.ok) return;
    if (answer) throw new Error(`simpleSAMLphp answers ${answer.status}: ${await answer.text()}`);
    stop.throwIfAborted();
    await wait(50);
  }
}

async function end(php: ChildProcess): Promise<void> {
  if (php.exitCode !== null || php.signalCode !== null) return;
  const ended = once(php, "exit");
  php.kill("SIGKILL");
  await ended;
}

function writeKey(folder: string): void {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  writeFileSync(join(folder, "cert/idp.key"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder, "cert/idp.crt"), selfSignedCertificate(privateKey, "simpleSAMLphp", new Date()));
}

function writeSettings(folder: string, url: string): void {
  writePhp(join(folder, "config/config.php"), "config", {
    baseurlpath: `${url}/`,
    certdir: `${folder}/cert/`,
    loggingdir: `${folder}/log/`,
    datadir: `${folder}/data/`,
    tempdir: `${folder}/tmp`,
    metadatadir: `${folder}/metadata/`,
    attributenamemapdir: ATTRIBUTE_MAPS,
    "metadata.sources": [{ type: "flatfile" }],
    secretsalt: randomBytes(16).toString("hex"),
    "auth.adminpassword": randomBytes(16).toString("hex"),
    "admin.checkforupdates": false,
    timezone: "UTC",
    "logging.handler": "file",
    "enable.saml20-idp": true,
    "module.enable": { core: true, saml: true, exampleauth: true },
    "store.type": "phpsession",
    "session.phpsession.savepath": `${folder}/sessions`,
    // Loopback speaks plain HTTP.
    "session.cookie.secure": false,
    "language.cookie.secure": false,
  });
  const { username, password, attributes } = GRACE;
  writePhp(join(folder, "config/authsources.php"), "config", {
    people: { 0: "exampleauth:UserPass", [`${username}:${password}`]: attributes },
  });
  writePhp(join(folder, "metadata/saml20-idp-hosted.php"), "metadata", {
    [metadataUrl(url)]: {
      host: "__DEFAULT__",
      privatekey: "idp.key",
      certificate: "idp.crt",
      auth: "people",
      // It signs what it says about signing out, and believes only what is signed.
      "sign.logout": true,
      "validate.logout": true,
      "attributes.NameFormat": URI_NAMES,
      authproc: {
        3: { class: "saml:AttributeNameID", attribute: "mail", Format: EMAIL_FORMAT },
        100: { class: "core:AttributeMap", 0: "name2oid" },
      },
    },
  });
}

/** A PHP file that sets one variable. PHP reads the JSON, so that no quotation of PHP's has to be known here. */
function writePhp(path: string, variable: string, value: unknown): void {
  const json = Buffer.from(JSON.stringify(value)).toString("base64");
  writeFileSync(path, `<?php $${variable} = json_decode(base64_decode('${json}'), true);\n`);
}
