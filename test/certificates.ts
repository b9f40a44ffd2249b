/** Certificates of a test's own: an authority, and what it signs for servers and clients. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';
import type { Test } from 'tap';

const DAY_MS = 86_400_000;

/** The files of a certificate, in PEM. */
export interface CertificateFiles {
  certificate: string;
  key: string;
  /** Both in one file, as MongoDB takes them. */
  both: string;
}

export interface Authority {
  /** The file with the authority's own certificate, in PEM. */
  file: string;
  /** Signs a certificate for these hosts, names or addresses; `daysLeft` below 0 has expired. */
  issue(name: string, options?: { hosts?: string[]; daysLeft?: number }): CertificateFiles;
}

/** Makes an authority that nobody knows; its files go when the test ends. */
export function createAuthority(t: Test): Authority {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-certificates-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const write = (name: string, pem: string): string => {
    const file = join(directory, name);
    writeFileSync(file, pem, { mode: 0o600 });
    return file;
  };
  const own = createKeys();
  const issuer = [{ name: 'commonName', value: 'Authority of a test' }];
  const file = write('authority.pem', sign({ keys: own, subject: issuer, authority: true }));

  function sign(one: {
    keys: Keys;
    subject: forge.pki.CertificateField[];
    authority?: boolean;
    hosts?: string[];
    daysLeft?: number;
  }): string {
    const { keys, subject, authority = false, hosts = [], daysLeft = 1 } = one;
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = keys.publicKey;
    // A positive number, as its first byte tells.
    certificate.serialNumber = `01${randomBytes(16).toString('hex')}`;
    certificate.validity.notBefore = new Date(Date.now() - 10 * DAY_MS);
    certificate.validity.notAfter = new Date(Date.now() + daysLeft * DAY_MS);
    certificate.setSubject(subject);
    certificate.setIssuer(issuer);
    const altNames = hosts.map((host) =>
      /^[\d.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host },
    );
    certificate.setExtensions([
      { name: 'basicConstraints', cA: authority, critical: true },
      ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
    ]);
    certificate.sign(own.privateKey, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  }

  return {
    file,
    issue(name, { hosts = ['127.0.0.1', 'localhost'], daysLeft = 1 } = {}) {
      const keys = createKeys();
      const subject = [{ name: 'commonName', value: name }];
      const pem = sign({ keys, subject, hosts, daysLeft });
      return {
        certificate: write(`${name}.crt`, pem),
        key: write(`${name}.key`, keys.pem),
        both: write(`${name}.pem`, pem + keys.pem),
      };
    },
  };
}

interface Keys {
  pem: string;
  publicKey: forge.pki.PublicKey;
  privateKey: forge.pki.rsa.PrivateKey;
}

/** By Node, which is a hundred times faster at it. */
function createKeys(): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    pem: privateKey,
    publicKey: forge.pki.publicKeyFromPem(publicKey),
    privateKey: forge.pki.privateKeyFromPem(privateKey),
  };
}
