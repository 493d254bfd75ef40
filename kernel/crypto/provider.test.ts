import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { openAccessLedger } from '../ledger/accessLedger.ts';
import { openState } from '../state.ts';
import { readCheckpoint, signCheckpoint } from '../ledger/checkpoint.ts';
import { silentLog } from '../log.ts';
import { cryptoPool } from '../sandbox/cryptoPool.ts';
import { launchSandbox } from '../sandbox/launch.ts';
import type { Profile, RunningSystem, Sandbox, SandboxHandler } from '../sandbox/system.ts';
import { openCryptoProvider } from './openProvider.ts';
import { poolPublicKey } from './poolProvider.ts';
import { MAXIMUM_ITEM_BYTES } from './provider.ts';
import { providerSelfTest } from './selfTest.ts';
import { sm2Verify } from './sm2.ts';
import { sm3 } from './sm3.ts';
import { softwareProvider } from './softwareProvider.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Nobody logs in to the pool. */
const SURROUNDINGS = {
  clock: systemClock,
  log: silentLog,
  sessions: { read: async () => null, renew: () => Promise.reject(new Error('Nobody logs in')) },
};

/** A change of what the pool answers to one of its operations. */
interface Wrong {
  readonly operation: string;
  readonly data: unknown;
}

/** The simulated pool, with one wrong answer built in where a test wants it. */
const poolWith =
  (wrong: Wrong | null): Sandbox =>
  async (kit) =>
    (await cryptoPool(kit)).map((system) => {
      const handler = system.addresses['main'] as SandboxHandler; // the pool speaks HTTP
      const main: SandboxHandler = async (request) => {
        const reply = await handler(request);
        if (!wrong || !request.path.endsWith(`/${wrong.operation}`)) return reply;
        return { ...reply, body: JSON.stringify({ code: 0, message: 'success', data: wrong.data }) };
      };
      return { ...system, addresses: { main } };
    });

async function startPool(profile: Profile = 'real-life', wrong: Wrong | null = null): Promise<RunningSystem> {
  const [system] = await launchSandbox(poolWith(wrong), { profile });
  if (!system) throw new Error('The sandbox has one system');
  return system;
}

/** A module over the simulated pool. */
async function againstPool(profile: Profile = 'real-life', wrong: Wrong | null = null, credentials: Record<string, string> = {}) {
  const pool = await startPool(profile, wrong);
  const upstreams = { crypto: { addresses: pool.addresses, credentials: { ...pool.credentials, ...credentials } } };
  try {
    const config = readConfig({ CRYPTO_PROVIDER: 'pool' });
    const provider = await openCryptoProvider(config, upstreams, SURROUNDINGS);
    return {
      pool,
      provider,
      [Symbol.asyncDispose]: async () => {
        await provider.close();
        await pool.close();
      },
    };
  } catch (thrown) {
    await pool.close();
    throw thrown;
  }
}

const inSoftware = async () => ({
  provider: softwareProvider('a secret of a test'),
  [Symbol.asyncDispose]: async () => {},
});

describe.each([
  { module: 'the software module', open: inSoftware },
  { module: 'the pool as its interface says', open: () => againstPool('strict') },
  { module: 'the pool in real life', open: () => againstPool('real-life') },
])('$module', ({ open }) => {
  test('signs what others verify with its public key, and tells right from wrong itself', async () => {
    await using opened = await open();
    const { provider } = opened;
    const signature = await provider.sign('梅江');
    expect(signature).toHaveLength(64);
    expect(sm2Verify('梅江', signature, provider.publicKey)).toBe(true);
    expect(await provider.verify('梅江', signature)).toBe(true);
    expect(await provider.verify('梅县', signature)).toBe(false);
    expect(await provider.verify('梅江', Buffer.alloc(64))).toBe(false);
  });

  test.each([0, 1, 15, 16, 17, MAXIMUM_ITEM_BYTES])(
    'gives back %i bytes that it encrypted, also when they end in zeros',
    async (size) => {
      await using opened = await open();
      const plain = Buffer.alloc(size);
      const sealed = await opened.provider.encrypt(plain);
      expect(await opened.provider.decrypt(sealed)).toEqual(plain);
      expect((await opened.provider.encrypt(plain)).equals(sealed)).toBe(false);
    },
  );

  test('opens nothing that is no ciphertext of its own', async () => {
    await using opened = await open();
    const sealed = await opened.provider.encrypt('梅江');
    for (const other of [Buffer.alloc(0), sealed.subarray(0, 16), sealed.subarray(0, -1), Buffer.alloc(32, 7)])
      expect(await opened.provider.decrypt(other)).toBeNull();
  });

  test('hashes as everybody does, and makes codes that nobody else makes', async () => {
    await using opened = await open();
    const { provider } = opened;
    expect(await provider.hash('梅江')).toEqual(sm3('梅江'));
    const code = await provider.mac('梅江');
    expect(code).toHaveLength(32);
    expect(await provider.mac('梅江')).toEqual(code);
    expect(await provider.mac('梅县')).not.toEqual(code);
    expect(await softwareProvider('another secret').mac('梅江')).not.toEqual(code);
  });

  test('refuses more than the pool takes at once', async () => {
    await using opened = await open();
    const [most, more] = [Buffer.alloc(MAXIMUM_ITEM_BYTES), Buffer.alloc(MAXIMUM_ITEM_BYTES + 1)];
    await expect(opened.provider.hash(most)).resolves.toHaveLength(32);
    await expect(opened.provider.hash(more)).rejects.toThrow(RangeError);
    await expect(opened.provider.sign(more)).rejects.toThrow(RangeError);
    await expect(opened.provider.encrypt(more)).rejects.toThrow(RangeError);
  });

  test('signs checkpoints of the ledger', async () => {
    await using opened = await open();
    const { provider } = opened;
    const at = '2024-01-01T00:00:00.000Z';
    const note = await signCheckpoint({ size: 1, root: sm3('root'), at }, { name: 'ledger', sign: provider.sign });
    expect(readCheckpoint(note, [{ name: 'ledger', publicKey: provider.publicKey }])).toMatchObject({ size: 1, at });
  });
});

describe('the pool', () => {
  test.each([
    { fault: 'error-code', code: 'UPSTREAM_UNAVAILABLE' },
    { fault: '503', code: 'UPSTREAM_UNAVAILABLE' },
    { fault: 'reset', code: 'UPSTREAM_UNAVAILABLE' },
    { fault: '429', code: 'RATE_LIMITED' },
    { fault: 'html', code: 'UPSTREAM_INVALID' },
    { fault: 'truncate', code: 'UPSTREAM_INVALID' },
    { fault: 'huge', code: 'UPSTREAM_INVALID' },
  ] as const)('with the fault $fault: $code, and signs again afterwards', async ({ fault, code }) => {
    await using opened = await againstPool();
    await opened.pool.setFault({ kind: fault });
    await expect(opened.provider.sign('梅江')).rejects.toMatchObject({ code, system: 'crypto' });
    await opened.pool.setFault(null);
    await expect(opened.provider.sign('梅江')).resolves.toHaveLength(64);
  });

  test('asks twice for what failed once, since a repeat does no harm', async () => {
    await using opened = await againstPool();
    const before = opened.pool.calls();
    await opened.pool.setFault({ kind: '503' });
    await expect(opened.provider.sign('梅江')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(opened.pool.calls() - before).toBe(2);
  });
});

// What must stop the start: one constant of the module, or one key, is not the one that is meant.
describe('a module is not used', () => {
  test.each([
    { what: 'hash is another one', wrong: { operation: 'hash', data: sm3('abd').toString('base64') }, says: 'SM3' },
    { what: 'signature is by nobody', wrong: { operation: 'sign', data: Buffer.alloc(64, 1).toString('base64') }, says: 'SM2' },
    { what: 'verification believes all', wrong: { operation: 'verify', data: true }, says: 'SM2 verification' },
    { what: 'verification believes nothing', wrong: { operation: 'verify', data: false }, says: 'SM2 verification' },
    {
      what: 'ciphertext is another one',
      wrong: { operation: 'encrypt', data: Buffer.alloc(32).toString('base64') },
      says: 'SM4',
    },
    {
      what: 'plaintext is another one',
      wrong: { operation: 'decrypt', data: Buffer.alloc(32, 16).toString('base64') },
      says: 'SM4',
    },
    { what: 'code is another one', wrong: { operation: 'mac', data: sm3('').toString('base64') }, says: 'macKeyId' },
    { what: 'key of encryption is another one', credentials: { encryptCheck: '00'.repeat(16) }, says: 'encryptKeyId' },
    { what: 'key pair is another one', credentials: { publicKey: softwareProvider('x').publicKey.toString('hex') }, says: 'SM2' },
    { what: 'key is unknown', credentials: { signKeyId: 'nobody' }, says: 'does not know' },
    { what: 'secret is wrong', credentials: { secret: 'wrong' }, says: 'refused' },
    { what: 'credential is missing', credentials: { macKeyId: '' }, says: 'macKeyId' },
    { what: 'public key is no key', credentials: { publicKey: 'ab' }, says: 'publicKey' },
  ])('whose $what', async ({ wrong = null, credentials = {}, says }) => {
    await expect(againstPool('real-life', wrong, credentials)).rejects.toThrow(says);
  });

  test('of software, when one of its answers is another one', async () => {
    const { answers } = softwareProvider('a secret of a test');
    await expect(providerSelfTest(answers)).resolves.toBeUndefined();
    for (const { algorithm } of answers) {
      const wrong = answers.map((answer) => (answer.algorithm === algorithm ? { ...answer, expected: '00' } : answer));
      await expect(providerSelfTest(wrong)).rejects.toThrow(algorithm);
    }
  });

  test('of software with the published key in production', async () => {
    const open = (environment: Record<string, string>) => openCryptoProvider(readConfig(environment), {}, SURROUNDINGS);
    await expect(open({ NODE_ENV: 'production' })).rejects.toThrow('CRYPTO_KEY');
    await expect(open({ NODE_ENV: 'production', CRYPTO_PROVIDER: 'pool' })).rejects.toThrow('UPSTREAMS_FILE');
    const own = await open({ NODE_ENV: 'production', CRYPTO_KEY: 'a secret of at least 32 characters' });
    expect(own.publicKey).not.toEqual((await open({})).publicKey);
  });
});

/** The gateway in a process of its own, whose subgraphs would all be elsewhere; what it prints until it listens or ends. */
async function startGateway(pool: RunningSystem): Promise<{ listens: boolean; code: number | null; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'pool-'));
  const file = join(folder, 'upstreams.json');
  writeFileSync(file, JSON.stringify({ crypto: { addresses: pool.addresses, credentials: pool.credentials } }));
  const folders = readdirSync(join(ROOT, 'subgraphs'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const elsewhere = folders.map(({ name }) => [`SUBGRAPH_${name.toUpperCase()}_URL`, 'http://127.0.0.1:9/graphql'] as const);
  const child = spawn(process.execPath, ['gateway/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      ...Object.fromEntries(elsewhere),
      ...{ CRYPTO_PROVIDER: 'pool', UPSTREAMS_FILE: file },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, listens] = ['', false];
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part));
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    listens ||= part.includes('http://127.0.0.1:');
    if (listens) child.kill('SIGINT');
  });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { listens, code, said };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the pool signs the checkpoints of the ledger, and they are verified without it', async () => {
  await using module = await againstPool();
  const state = openState({ dataDir: null, databaseUrl: null });
  try {
    const { ledger, checkpoints, verifiers } = await openAccessLedger(state, readConfig({}), systemClock, module.provider);
    await ledger.append([{ subject: null, visibleFromMs: null, facts: { event: 'TEST' } }]);
    const note = await checkpoints.current();
    expect(readCheckpoint(note, verifiers)).toMatchObject({ size: 1 });
    expect(verifiers).toEqual([{ name: 'ledger', publicKey: poolPublicKey(module.pool) }]);
    const { verifiers: others } = await openAccessLedger(state, readConfig({}), systemClock);
    expect(readCheckpoint(note, others)).toBeNull();
  } finally {
    await state.close();
  }
});

test.each([
  {
    constant: 'no wrong constant',
    wrong: null,
    outcome: { listens: true, code: 0, said: expect.not.stringContaining('cryptographic module') },
  },
  {
    constant: 'one wrong constant',
    wrong: { operation: 'hash', data: sm3('abd').toString('base64') },
    outcome: { listens: false, code: 1, said: expect.stringContaining('SM3 of the cryptographic module') },
  },
])(
  'a gateway whose pool has $constant ends with $outcome.code',
  async ({ wrong, outcome }) => {
    const pool = await startPool('real-life', wrong);
    try {
      expect(await startGateway(pool)).toMatchObject(outcome);
    } finally {
      await pool.close();
    }
  },
  60_000,
);
