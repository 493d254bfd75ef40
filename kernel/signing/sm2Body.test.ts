import { expect, test } from '@jest/globals';
import { signatureToDer, sm2PublicKey } from '../crypto/sm2.ts';
import { sm2Body } from './sm2Body.ts';

const privateKey = Buffer.from('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8', 'hex');
const publicKey = sm2PublicKey(privateKey);
const scheme = sm2Body({ caller: 'x-caller', signature: 'x-signature' });
const call = { method: 'POST', path: '/', query: {}, headers: {}, body: '好评' };
const moment = { nowMs: 0, nonce: '' };
const world = { nowMs: 0, seenNonce: () => false };

test('a signature may also come as a DER sequence', async () => {
  const signed = scheme.sign(call, { caller: 'a', privateKey }, moment);
  const der = signatureToDer(Buffer.from(signed.headers['x-signature'] ?? '', 'base64')).toString('base64');
  const received = { ...signed, headers: { ...signed.headers, 'x-signature': der } };
  expect(await scheme.verify(received, () => ({ caller: 'a', publicKey }), world)).toMatchObject({ ok: true });
});

test('the agreed user id is part of the signature', async () => {
  const signed = scheme.sign(call, { caller: 'a', privateKey, userId: 'district' }, moment);
  const verify = (userId: string) => scheme.verify(signed, () => ({ caller: 'a', publicKey, userId }), world);
  expect(await verify('district')).toMatchObject({ ok: true });
  expect(await verify('1234567812345678')).toEqual({ ok: false, reason: 'MISMATCH' });
});
