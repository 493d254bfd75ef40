import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
const PEM = join(folder, 'some.pem');
writeFileSync(PEM, '-----BEGIN SOMETHING-----');
afterAll(() => rmSync(folder, { recursive: true }));

describe('the configuration', () => {
  test('has working defaults for development', () => {
    expect(readConfig({})).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: null,
      dataDir: null,
      sandboxProfile: 'real-life',
      cryptoProvider: 'software',
    });
  });

  test('keeps the access ledger for three years or longer, and takes a witness with its key', () => {
    expect(readConfig({})).toMatchObject({ ledgerRetentionDays: 1_096, witness: null, ledgerKeyFile: null });
    const publicKey = `04${'ab'.repeat(64)}`;
    const environment = { LEDGER_RETENTION_DAYS: '3000', WITNESS_URL: 'http://127.0.0.1:4200', WITNESS_KEY: publicKey };
    const { ledgerRetentionDays, witness } = readConfig(environment);
    expect({ ledgerRetentionDays, ...witness }).toEqual({
      ledgerRetentionDays: 3_000,
      url: 'http://127.0.0.1:4200',
      publicKey: Buffer.from(publicKey, 'hex'),
    });
  });

  test('takes the addresses of subgraphs that run elsewhere', () => {
    expect(readConfig({ SUBGRAPH_LICENCE_URL: 'http://127.0.0.1:4101/graphql' }).subgraphUrls).toEqual({
      licence: 'http://127.0.0.1:4101/graphql',
    });
  });

  test('reads the three files of TLS', () => {
    const environment = { TLS_CERTIFICATE_FILE: PEM, TLS_KEY_FILE: PEM, TLS_AUTHORITY_FILE: PEM, TLS_PORT: '0' };
    expect(readConfig(environment)).toMatchObject({ tlsPort: 0, tls: { key: '-----BEGIN SOMETHING-----' } });
    expect(readConfig({})).toMatchObject({ tlsPort: null, tls: null });
  });

  test('takes another authorization server', () => {
    const environment = { ISSUER: 'https://login.example.gov.cn', JWKS_URL: 'https://login.example.gov.cn/jwks' };
    expect(readConfig(environment).issuer).toEqual({ name: environment.ISSUER, jwksUrl: environment.JWKS_URL });
    expect(readConfig({}).issuer).toBeNull();
  });

  test.each([
    { environment: {}, introspection: ['public', 'department', 'internal'] },
    { environment: { INTROSPECTION: 'none' }, introspection: [] },
    { environment: { NODE_ENV: 'production' }, introspection: [] },
    { environment: { NODE_ENV: 'production', INTROSPECTION: 'public, department' }, introspection: ['public', 'department'] },
  ])('opens introspection to the contracts $introspection with $environment', ({ environment, introspection }) => {
    expect(readConfig(environment).introspection).toEqual(introspection);
  });

  test.each([
    { environment: {}, operations: 'log' },
    { environment: { NODE_ENV: 'production' }, operations: 'enforce' },
    { environment: { NODE_ENV: 'production', OPERATIONS: 'warn' }, operations: 'warn' },
  ])('treats unregistered operations by $operations with $environment', ({ environment, operations }) => {
    expect(readConfig(environment).operations).toBe(operations);
  });

  test.each([
    { environment: {}, explorer: ['public', 'department', 'internal'] },
    { environment: { INTROSPECTION: 'internal' }, explorer: ['internal'] },
    { environment: { EXPLORER: 'none' }, explorer: [] },
    { environment: { NODE_ENV: 'production', INTROSPECTION: 'public' }, explorer: [] },
    { environment: { NODE_ENV: 'production', INTROSPECTION: 'public,internal', EXPLORER: 'internal' }, explorer: ['internal'] },
  ])('has the explorer for the contracts $explorer with $environment', ({ environment, explorer }) => {
    expect(readConfig(environment).explorer).toEqual(explorer);
  });

  test.each([
    { name: 'OPERATIONS', environment: { OPERATIONS: 'forbid' } },
    { name: 'PORT', environment: { PORT: '70000' } },
    { name: 'PORT', environment: { PORT: 'http' } },
    { name: 'TLS_PORT', environment: { TLS_PORT: '-1' } },
    { name: 'TLS_PORT', environment: { TLS_PORT: '0', NODE_ENV: 'production' } },
    { name: 'TLS_KEY_FILE', environment: { TLS_CERTIFICATE_FILE: PEM, TLS_AUTHORITY_FILE: PEM } },
    { name: 'TLS_KEY_FILE', environment: { TLS_CERTIFICATE_FILE: PEM, TLS_AUTHORITY_FILE: PEM, TLS_KEY_FILE: '/nowhere.pem' } },
    {
      name: 'TLS_KEY_FILE',
      environment: { TLS_CERTIFICATE_FILE: PEM, TLS_AUTHORITY_FILE: PEM, TLS_KEY_FILE: 'package.json' },
    },
    { name: 'LOG_LEVEL', environment: { LOG_LEVEL: 'loud' } },
    { name: 'SANDBOX_PROFILE', environment: { SANDBOX_PROFILE: 'kind' } },
    { name: 'SUBGRAPH_LICENCE_URL', environment: { SUBGRAPH_LICENCE_URL: 'licence' } },
    { name: 'ASSERTION_KEY', environment: { ASSERTION_KEY: 'short' } },
    { name: 'CRYPTO_PROVIDER', environment: { CRYPTO_PROVIDER: 'card' } },
    { name: 'CRYPTO_KEY', environment: { CRYPTO_KEY: 'short' } },
    { name: 'INTROSPECTION', environment: { INTROSPECTION: 'public,everybody' } },
    { name: 'INTROSPECTION', environment: { INTROSPECTION: 'public,' } },
    { name: 'EXPLORER', environment: { EXPLORER: 'everybody' } },
    { name: 'EXPLORER', environment: { INTROSPECTION: 'internal', EXPLORER: 'public' } },
    { name: 'ISSUER', environment: { JWKS_URL: 'https://login.example.gov.cn/jwks' } },
    { name: 'JWKS_URL', environment: { ISSUER: 'https://login.example.gov.cn' } },
    { name: 'JWKS_URL', environment: { ISSUER: 'https://login.example.gov.cn', JWKS_URL: 'http://login.example.gov.cn/jwks' } },
    { name: 'LEDGER_RETENTION_DAYS', environment: { LEDGER_RETENTION_DAYS: '1095' } },
    { name: 'LEDGER_RETENTION_DAYS', environment: { LEDGER_RETENTION_DAYS: 'for ever' } },
    { name: 'WITNESS_KEY', environment: { WITNESS_URL: 'http://127.0.0.1:4200' } },
    { name: 'WITNESS_KEY', environment: { WITNESS_URL: 'http://127.0.0.1:4200', WITNESS_KEY: 'abc' } },
    { name: 'WITNESS_URL', environment: { WITNESS_KEY: `04${'ab'.repeat(64)}` } },
    { name: 'UPSTREAMS_FILE', environment: { UPSTREAMS_FILE: '/nowhere.json' } },
  ])('refuses a wrong $name with a sentence that names it', ({ name, environment }) => {
    expect(() => readConfig(environment)).toThrow(name);
  });
});
