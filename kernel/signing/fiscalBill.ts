import { createHash } from 'node:crypto';
import { textFromBase64, textToBase64 } from './base64.ts';
import { equalText } from './equalText.ts';
import { jsonObject, textField } from './jsonObject.ts';
import { refused } from './scheme.ts';
import type { SigningScheme } from './scheme.ts';

/** A hospital's application at the electronic bill platform. */
export interface MedicalBillCredentials {
  readonly appId: string;
  readonly key: string;
}

/** A collecting unit's application at the electronic bill platform. */
export interface FiscalBillCredentials extends MedicalBillCredentials {
  /** Division code of six digits. */
  readonly region: string;
  readonly deptCode: string;
}

/**
 * Electronic fiscal bills of 博思 (bosssoft), `/standard-web/api/standard/…`: the business JSON goes as Base64 into an
 * envelope that an upper-case MD5 signs, its fields in a fixed order with the key in the middle. The body is covered, the
 * method in the path is not; there is no time, so a nonce is refused only as long as it is remembered.
 *
 * `sign` takes the business JSON as the body; a verified request has it there again.
 *
 * @see Four public clients of the platform
 */
export const fiscalBill = (): SigningScheme<FiscalBillCredentials> =>
  envelope('fiscalBill', ({ region, deptCode }) => ({ region, deptcode: deptCode }));

/** The hospitals' variant, `/api/medical/…`: the envelope has neither region nor department. */
export const medicalBill = (): SigningScheme<MedicalBillCredentials> => envelope('medicalBill', () => ({}));

const envelope = <Credentials extends MedicalBillCredentials>(
  name: string,
  unitOf: (credentials: Credentials) => Readonly<Record<string, string>>,
): SigningScheme<Credentials> => {
  const sealed = (credentials: Credentials, data: string, noise: string): Readonly<Record<string, string>> => {
    const leading = { ...unitOf(credentials), appid: credentials.appId, data, noise };
    const version = '1.0';
    const signed = Object.entries({ ...leading, key: credentials.key, version }).map(([field, value]) => `${field}=${value}`);
    return { ...leading, version, sign: createHash('md5').update(signed.join('&')).digest('hex').toUpperCase() };
  };

  return {
    name,

    sign: (unsigned, credentials, { nonce }) => ({
      ...unsigned,
      body: JSON.stringify(sealed(credentials, textToBase64(unsigned.body), nonce)),
    }),

    async verify(received, credentialsOf, { seenNonce }) {
      const sent = jsonObject(received.body) ?? {};
      const [appId, data, noise] = [textField(sent, 'appid'), textField(sent, 'data'), textField(sent, 'noise')];
      const body = data === null ? null : textFromBase64(data);
      if (appId === null || data === null || body === null || noise === null) return refused('MISSING');

      const credentials = await credentialsOf(appId);
      if (credentials === null) return refused('UNKNOWN_CALLER');
      const expected = Object.entries(sealed(credentials, data, noise));
      if (!expected.every(([field, value]) => equalText(textField(sent, field) ?? '', value))) return refused('MISMATCH');
      if (await seenNonce(`${appId}\n${noise}`)) return refused('REPLAY');
      return { ok: true, credentials, request: { ...received, body } };
    },
  };
};
