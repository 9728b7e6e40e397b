import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type TempDir, tempDir } from './temp-dir.js';

const run = promisify(execFile);

/** The paths of a certificate and its key. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Is a certificate authority of a test's own, made with the program `openssl`. */
export class Certificates {
  private constructor(
    private readonly dir: TempDir,
    /** The certificate of the authority. */
    readonly ca: string,
    private readonly caKey: string,
  ) {}

  static async create(): Promise<Certificates> {
    const dir = await tempDir();
    const [ca, key] = [dir.file('ca.pem'), dir.file('ca.key')];
    await openssl('req', '-x509', ...newKey(key), '-subj', '/CN=test authority', '-out', ca);
    return new Certificates(dir, ca, key);
  }

  /** Issues a certificate, for 127.0.0.1 and localhost if it is a server's. */
  async issue(name: string): Promise<KeyPair> {
    const [cert, key] = [this.dir.file(`${name}.pem`), this.dir.file(`${name}.key`)];
    const [request, extensions] = [this.dir.file(`${name}.csr`), this.dir.file(`${name}.ext`)];
    await writeFile(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    await openssl('req', '-new', ...newKey(key), '-subj', `/CN=${name}`, '-out', request);
    const authority = ['-CA', this.ca, '-CAkey', this.caKey, '-CAcreateserial'];
    const terms = ['-extfile', extensions, '-days', '2'];
    await openssl('x509', '-req', '-in', request, ...authority, ...terms, '-out', cert);
    return { cert, key };
  }

  /** The path of a file beside the certificates. */
  file(name: string): string {
    return this.dir.file(name);
  }

  remove(): Promise<void> {
    return this.dir.remove();
  }
}

function newKey(path: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path];
}

async function openssl(...args: string[]): Promise<void> {
  await run('openssl', args);
}
