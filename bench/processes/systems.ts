import '../../kernel/runtime.ts';
import { launchSandbox } from '../../kernel/sandbox/launch.ts';
import { hostSandboxes } from '../../kernel/sandbox/process.ts';
import type { Sandbox, SandboxHandler, SandboxListener, SandboxReply, SandboxRequest } from '../../kernel/sandbox/system.ts';
import { loadSubgraphs } from '../../subgraphs/index.ts';
import { rememberedDatabase } from './rememberedDatabase.ts';

// The simulated systems of all folders, on the core that is not measured. A system answers each question once, in its own dialect
// and with its signature checked; repeats get the same answer, so that the systems never hold up a candidate: what they cost is
// not the question, and the nonces of a whole run are more than any system remembers.

/** Systems whose questions change nothing; the others are asked every time. */
const READ_ONLY = ['base.person', 'base.organisation', 'payment', 'cases', 'licence'];
/** Nor do the questions of these change anything, unless they are of such a path. */
const CHANGING = /\/security\/login|\/license\/[0-9A-Z]{24}\//;

function remembered(handler: SandboxHandler): SandboxHandler {
  const answers = new Map<string, SandboxReply>();
  return async (request) => {
    if (CHANGING.test(request.path)) {
      answers.clear();
      return handler(request);
    }
    const key = keyOf(request);
    const known = answers.get(key);
    if (known) return known;
    const answer = await handler(request);
    answers.set(key, answer);
    return answer;
  };
}

/** What is asked; not when, nor under which number. */
const keyOf = ({ method, path, query, body }: SandboxRequest): string =>
  `${method} ${path} ${JSON.stringify(query)} ${body.replace(/"request_id":"[^"]*"/, '')}`;

/** As many connections as askers: a remembered answer need not wait for the one thread of the database. */
const CONNECTIONS = { connections: '32' };

const isListener = (address: SandboxHandler | SandboxListener): address is SandboxListener => typeof address !== 'function';

const quick =
  (sandbox: Sandbox): Sandbox =>
  async (kit) =>
    (await sandbox(kit)).map((system) =>
      READ_ONLY.includes(system.name)
        ? {
            ...system,
            credentials: { ...system.credentials, ...(Object.values(system.addresses).some(isListener) ? CONNECTIONS : {}) },
            addresses: Object.fromEntries(
              Object.entries(system.addresses).map(([name, address]) => [
                name,
                isListener(address) ? rememberedDatabase(address) : remembered(address),
              ]),
            ),
          }
        : system,
    );

// The terminal's Ctrl-C reaches the whole group; the parent decides when the systems end.
process.on('SIGINT', () => {});

const systems = await Promise.all(
  (await loadSubgraphs()).map(({ sandbox }) => launchSandbox(quick(sandbox), { profile: 'real-life' })),
);
hostSandboxes(systems.flat());
