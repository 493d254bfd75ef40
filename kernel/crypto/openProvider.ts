import type { Config, SystemConfig } from '../config.ts';
import { CRYPTO_POOL, poolProvider, type PoolSurroundings } from './poolProvider.ts';
import type { CryptoProvider } from './provider.ts';
import { providerSelfTest } from './selfTest.ts';
import { softwareProvider } from './softwareProvider.ts';

/** For one machine; a published development value, refused in production. */
const DEVELOPMENT_KEY = 'development-only-crypto-key-000001';

/**
 * The cryptographic module of `CRYPTO_PROVIDER`, after it has computed what is known of it.
 *
 * @param upstreams Addresses and credentials by system; the pool's are looked up there.
 * @throws When it computes something else, cannot be asked, or is not configured. Misconfiguration stops the start.
 */
export async function openCryptoProvider(
  config: Config,
  upstreams: Readonly<Record<string, SystemConfig>>,
  surroundings: PoolSurroundings,
): Promise<CryptoProvider> {
  const provider =
    config.cryptoProvider === 'pool'
      ? poolProvider(poolOf(upstreams), surroundings)
      : softwareProvider(config.cryptoKey ?? developmentKey(config));
  try {
    await providerSelfTest(provider.answers);
  } catch (thrown) {
    await provider.close();
    throw thrown;
  }
  return provider;
}

/** Where the pool is, and our keys in it. @throws A sentence when the configuration does not say. */
export function poolOf(upstreams: Readonly<Record<string, SystemConfig>>): SystemConfig {
  const pool = upstreams[CRYPTO_POOL];
  if (!pool) throw new Error(`CRYPTO_PROVIDER=pool needs the system ${CRYPTO_POOL}, and UPSTREAMS_FILE does not name it.`);
  return pool;
}

function developmentKey({ production }: Config): string {
  if (production)
    throw new Error('Production needs CRYPTO_PROVIDER=pool, or keys of its own: CRYPTO_KEY, a secret of at least 32 characters.');
  return DEVELOPMENT_KEY;
}
