import '../../kernel/runtime.ts';
import { launchSandbox } from '../../kernel/sandbox/launch.ts';
import { hostSandboxes } from '../../kernel/sandbox/process.ts';
import type { Sandbox, SandboxHandler, SandboxRequest } from '../../kernel/sandbox/system.ts';
import { loadSubgraphs } from '../../subgraphs/index.ts';
import { rememberedDatabase } from './rememberedDatabase.ts';

// The simulated systems of all folders, on the core that is not measured.

/** Systems that refuse what they cannot tell from a repeat: the gateway's memory holds 100,000 nonces. */
const FORGETFUL = ['base.person', 'payment'];
const CALLS_TO_REMEMBER = 90_000;

/** A run of the bench makes more calls in ten minutes than any application may, so these systems begin anew in time. */
const renewed =
  (sandbox: Sandbox): Sandbox =>
  async (kit) => {
    const renewing = (system: string, address: string, first: SandboxHandler): SandboxHandler => {
      let [calls, current] = [0, first];
      return async (request: SandboxRequest) => {
        if ((calls += 1) % CALLS_TO_REMEMBER === 0) {
          const fresh = (await sandbox(kit)).find(({ name }) => name === system)?.addresses[address];
          if (typeof fresh === 'function') current = fresh;
        }
        return current(request);
      };
    };
    return (await sandbox(kit)).map((system) =>
      FORGETFUL.includes(system.name)
        ? {
            ...system,
            addresses: Object.fromEntries(
              Object.entries(system.addresses).map(([name, address]) => [
                name,
                typeof address === 'function' ? renewing(system.name, name, address) : address,
              ]),
            ),
          }
        : system,
    );
  };

// The terminal's Ctrl-C reaches the whole group; the parent decides when the systems end.
process.on('SIGINT', () => {});

/** As many connections as askers: a remembered answer need not wait for the one thread of the database. */
const CONNECTIONS = '32';

const quickDatabases =
  (sandbox: Sandbox): Sandbox =>
  async (kit) =>
    (await sandbox(kit)).map(({ addresses: { main, ...others }, ...system }) =>
      main === undefined || typeof main === 'function'
        ? { ...system, addresses: { ...(main ? { main } : {}), ...others } }
        : {
            ...system,
            credentials: { ...system.credentials, connections: CONNECTIONS },
            addresses: { main: rememberedDatabase(main), ...others },
          },
    );

const systems = await Promise.all(
  (await loadSubgraphs()).map(({ sandbox }) => launchSandbox(quickDatabases(renewed(sandbox)), { profile: 'real-life' })),
);
hostSandboxes(systems.flat());
