import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "@versant/core/internal";
import { gitConfig } from "../files/git.js";
import { Refusal } from "../refusal/refusal.js";

/**
 * Where keys live, outside every project: `VERSANT_KEYS`, else the user's folder of settings.
 */
function keyFolder(): string {
  const { VERSANT_KEYS, XDG_CONFIG_HOME, APPDATA } = process.env;
  if (VERSANT_KEYS) return VERSANT_KEYS;
  const settings = XDG_CONFIG_HOME || (process.platform === "win32" && APPDATA);
  return join(settings || join(homedir(), ".config"), "versant");
}

/** Who writes: a name, and the Ed25519 key that answers for it. */
export class Identity {
  /** The first 32 hexadecimal digits of the SHA-256 of the public key. */
  readonly key: string;
  /** The public key, DER (SPKI) in base64. */
  readonly publicKey: string;
  readonly #privateKey: KeyObject;

  /** @throws ArgumentError when the key is none of Ed25519 */
  constructor(
    readonly name: string,
    privateKey: KeyObject,
  ) {
    if (privateKey.asymmetricKeyType !== "ed25519") {
      const kind = privateKey.asymmetricKeyType ?? privateKey.type;
      throw new ArgumentError(`Identity: received a key of the kind ${kind}, expected ed25519`);
    }
    this.#privateKey = privateKey;
    const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
    this.publicKey = der.toString("base64");
    this.key = fingerprintOf(der);
  }

  /** The signature of a hash, base64. */
  sign(hash: string): string {
    return sign(null, Buffer.from(hash, "hex"), this.#privateKey).toString("base64");
  }
}

const fingerprintOf = (der: Uint8Array): string =>
  createHash("sha256").update(der).digest("hex").slice(0, 32);

/** Checks signatures of one public key. */
export class PublicKey {
  readonly fingerprint: string;
  readonly #key: KeyObject;

  /** @throws Error for what is no Ed25519 key */
  constructor(base64: string) {
    const der = Buffer.from(base64, "base64");
    this.#key = createPublicKey({ key: der, format: "der", type: "spki" });
    if (this.#key.asymmetricKeyType !== "ed25519") throw new Error("not an Ed25519 key");
    this.fingerprint = fingerprintOf(der);
  }

  /** Computes beside the event loop, on as many threads as Node has for that. */
  verifies(hash: string, signature: string): Promise<boolean> {
    const bytes = Buffer.from(signature, "base64");
    // Decoding passes over what is no base64: only the one text of a signature counts.
    if (bytes.toString("base64") !== signature) return Promise.resolve(false);
    return new Promise((resolve) => {
      verify(null, Buffer.from(hash, "hex"), this.#key, bytes, (error, isGood) => {
        resolve(!error && isGood);
      });
    });
  }
}

/**
 * The identity of whoever runs this process; its key is made on first use, readable by its owner alone.
 * The name is `VERSANT_NAME`, else that of git, else that of the system's user.
 *
 * @throws ArgumentError when others may read the key or own it, it cannot be read or written, or is none
 *   of Ed25519
 */
export function loadIdentity(folder = keyFolder()): Identity {
  const path = join(folder, "ed25519.pem");
  try {
    if (!existsSync(path)) makeKey(folder, path);
    requireOwnerOnly(path);
    return new Identity(nameOfUser(), createPrivateKey(readFileSync(path)));
  } catch (error) {
    if (error instanceof KeyRights) throw error;
    throw new Refusal(
      "key.unusable",
      { path },
      `the signing key ${path} cannot be used (${(error as Error).message}); expected an Ed25519 key ` +
        "in a folder of your own; set VERSANT_KEYS to another folder, where one will be made.",
      { cause: error },
    );
  }
}

/** Makes a key that is whole when it appears. Where another process is faster, its key is the one. */
function makeKey(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const draft = `${path}.${process.pid}-${randomBytes(6).toString("hex")}`;
  const file = openSync(draft, "wx", 0o600);
  try {
    writeSync(file, privateKey.export({ format: "pem", type: "pkcs8" }).toString());
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    // A second name, not another one: that would take the place of a key that signs already.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A key that others have in their hands. */
class KeyRights extends Refusal<"key.unusable"> {
  constructor(path: string, message: string) {
    super("key.unusable", { path }, message);
  }
}

function requireOwnerOnly(path: string): void {
  // Windows keeps rights in lists of its own; the user's folder is closed to others there.
  if (process.platform === "win32") return;
  const { mode, uid } = statSync(path);
  const user = process.geteuid?.() ?? uid;
  if (uid !== user) {
    throw new KeyRights(
      path,
      `the signing key ${path} is that of user ${uid}, expected one of yours (user ${user}): you would ` +
        "sign in another's name. Set VERSANT_KEYS to a folder of your own, where one will be made.",
    );
  }
  if ((mode & 0o077) === 0) return;
  throw new KeyRights(
    path,
    `the signing key ${path} has the rights ${(mode & 0o777).toString(8)}, expected 600: others could ` +
      `sign in your name. Run \`chmod 600 ${path}\`; if somebody may have copied it, delete it, and a ` +
      "new one is made.",
  );
}

function nameOfUser(): string {
  const name = process.env.VERSANT_NAME || gitConfig("user.name");
  if (name) return name;
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
