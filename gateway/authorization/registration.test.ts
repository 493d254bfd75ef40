import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readRegistrations } from './registration.ts';

const folder = mkdtempSync(join(tmpdir(), 'clients-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  const file = join(folder, 'clients.json');
  writeFileSync(file, text);
  return readRegistrations(file);
};

const PAGE = { kind: 'BROWSER', id: 'my-page', redirectUris: ['https://www.example.gov.cn/callback'] };
const KEY = { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ' };
const APPLICATION = {
  kind: 'APPLICATION',
  id: 'aid',
  department: 'X00001046',
  keys: [KEY],
  certificates: ['AB:'.repeat(31) + 'CD'],
};

describe('the file of clients', () => {
  test('names pages and applications', () => {
    expect(read(JSON.stringify([PAGE, APPLICATION]))).toEqual([
      PAGE,
      { ...APPLICATION, certificates: [`${'ab'.repeat(31)}cd`], gateway: null },
    ]);
  });

  test.each([
    { what: 'no list', clients: PAGE, says: 'clients' },
    { what: 'a client without an id', clients: [{ ...PAGE, id: undefined }], says: 'clients[0].id' },
    { what: 'a client of no kind', clients: [PAGE, { ...PAGE, kind: 'MACHINE' }], says: 'clients[1].kind' },
    {
      what: 'an address in the open',
      clients: [{ ...PAGE, redirectUris: ['http://www.example.gov.cn/'] }],
      says: 'redirectUris[0]',
    },
    {
      what: 'another machine that looks like one’s own',
      clients: [{ ...PAGE, redirectUris: ['http://127.0.0.1.example/'] }],
      says: 'redirectUris[0]',
    },
    { what: 'a department code with a wrong check', clients: [{ ...APPLICATION, department: 'X00001047' }], says: 'department' },
    { what: 'a private key', clients: [{ ...APPLICATION, keys: [{ ...KEY, d: 'ZA' }] }], says: 'keys[0]' },
    { what: 'a symmetric key', clients: [{ ...APPLICATION, keys: [{ kty: 'oct', k: 'aw' }] }], says: 'keys[0]' },
    { what: 'a thumbprint of SHA-1', clients: [{ ...APPLICATION, certificates: ['ab'.repeat(20)] }], says: 'certificates[0]' },
    { what: 'half a gateway account', clients: [{ ...APPLICATION, gateway: { paasId: 'aid' } }], says: 'gateway.token' },
  ])('is refused with $what, by a sentence that names the place', ({ clients, says }) => {
    expect(() => read(JSON.stringify(clients))).toThrow(says);
  });

  test('is refused when it is no JSON, or not there', () => {
    expect(() => read('{')).toThrow('CLIENTS_FILE');
    expect(() => readRegistrations(join(folder, 'nowhere.json'))).toThrow('CLIENTS_FILE');
  });
});
