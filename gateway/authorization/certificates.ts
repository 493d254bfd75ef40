import 'reflect-metadata'; // the library below needs it, and needs it first
import { randomBytes } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate and its key, PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

/** One who signs certificates; for development and tests. */
export interface Authority {
  /** Its own, PEM. */
  readonly certificate: string;
  /**
   * Signs a new certificate for a new key, for servers and clients alike.
   *
   * @param hosts Names and addresses of a server.
   */
  issue(
    name: string,
    options: { readonly from: Date; readonly until: Date; readonly hosts?: readonly string[] },
  ): Promise<Issued>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A new authority that is good for the same time as the certificates it is asked for, at most. */
export async function createAuthority(name: string, { from, until }: { from: Date; until: Date }): Promise<Authority> {
  x509.cryptoProvider.set(crypto);
  const keys = await newKeys();
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: `CN=${name}`, serialNumber: serialNumber(), notBefore: from, notAfter: until, keys, signingAlgorithm: ALGORITHM },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return {
    certificate: own.toString('pem'),
    issue: async (subject, { from: notBefore, until: notAfter, hosts = [] }) => {
      const { publicKey, privateKey } = await newKeys();
      const certificate = await x509.X509CertificateGenerator.create({
        ...{ subject: `CN=${subject}`, issuer: own.subject, serialNumber: serialNumber(), notBefore, notAfter, publicKey },
        ...{ signingKey: keys.privateKey, signingAlgorithm: ALGORITHM },
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
          ...(hosts.length > 0 ? [new x509.SubjectAlternativeNameExtension(hosts.map(hostName))] : []),
        ],
      });
      return { certificate: certificate.toString('pem'), key: await pemOf(privateKey) };
    },
  };
}

const newKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const serialNumber = (): string => randomBytes(16).toString('hex');

const hostName = (host: string): { type: 'ip' | 'dns'; value: string } => ({
  type: /^[\d.]+$|:/.test(host) ? 'ip' : 'dns',
  value: host,
});

const pemOf = async (key: CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
