import { request } from 'undici';
import { systemClock, type Clock } from '../clock.ts';
import type { Fault } from './fault.ts';
import { serveHttp } from './httpServer.ts';
import { serveListener } from './tcpProxy.ts';
import type { Profile, RunningSystem, Sandbox, SandboxKit, SimulatedSystem } from './system.ts';

/** Starts every system of a folder's sandbox, each address on its own port of 127.0.0.1. */
export async function launchSandbox(
  sandbox: Sandbox,
  { profile, clock = systemClock }: { profile: Profile; clock?: Clock },
): Promise<RunningSystem[]> {
  const systems = await sandbox({ profile, clock, callBack });
  return Promise.all(systems.map(launchSystem));
}

async function launchSystem(system: SimulatedSystem): Promise<RunningSystem> {
  let fault: Fault | null = null;
  let calls = 0;
  const behaviour = { fault: () => fault, failure: system.failure, onCall: () => void (calls += 1) };
  const listeners = Object.values(system.addresses).filter((address) => typeof address !== 'function');
  const servers = await Promise.all(
    Object.entries(system.addresses).map(async ([name, address]) => {
      const server = await (typeof address === 'function' ? serveHttp(address, behaviour) : serveListener(address, behaviour));
      return { name, ...server };
    }),
  );
  return {
    name: system.name,
    addresses: Object.fromEntries(servers.map(({ name, origin }) => [name, origin])),
    credentials: system.credentials,
    calls: () => calls,
    fault: () => fault,
    setFault: async (next) => {
      fault = next;
      for (const listener of listeners) await listener.onFault?.(next?.kind ?? null);
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
      await system.close?.();
    },
  };
}

const callBack: SandboxKit['callBack'] = async (url, { headers, body }) => {
  try {
    const reply = await request(url, { method: 'POST', headers, body, headersTimeout: 5_000, bodyTimeout: 5_000 });
    return { status: reply.statusCode, text: await reply.body.text() };
  } catch {
    return null; // unreachable: the system will try again by its own rules
  }
};
