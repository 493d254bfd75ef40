import '../kernel/runtime.ts';
import { CRYPTO_POOL } from '../kernel/crypto/poolProvider.ts';
import { cryptoPool } from '../kernel/sandbox/cryptoPool.ts';
import { launchSandbox } from '../kernel/sandbox/launch.ts';
import { hostSandboxes } from '../kernel/sandbox/process.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';

// Started by the gateway, or by a subgraph that runs alone: the profile and the folders whose systems are wanted.
const [profile, ...names] = process.argv.slice(2);

// The terminal's Ctrl-C reaches the whole group; the parent decides when the systems end.
process.on('SIGINT', () => {});

const all = [...(await loadSubgraphs()), { name: CRYPTO_POOL, sandbox: cryptoPool }];
const wanted = all.filter(({ name }) => names.includes(name));
const systems = await Promise.all(
  wanted.map(({ sandbox }) => launchSandbox(sandbox, { profile: profile === 'strict' ? 'strict' : 'real-life' })),
);
hostSandboxes(systems.flat());
