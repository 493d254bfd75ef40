import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { Agent } from 'undici';
import { systemClock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { drain, listen, sendError } from '../../kernel/http.ts';
import { silentLog } from '../../kernel/log.ts';
import { callerOf, requestOf } from '../../kernel/sandbox/harness.ts';
import type { SignIn } from '../../kernel/subgraph.ts';
import { remoteSignIn } from './remoteSignIn.ts';
import { createSubgraphServer } from '../subgraphServer.ts';

const KEY = 'the-secret-of-gateway-and-subgraphs';
const unused = async () => Promise.reject(new Error('nobody comes'));

/** The gateway's way to a subgraph of this server. */
async function remoteTo(
  server: ReturnType<typeof createSubgraphServer>,
  assertionKey = KEY,
): Promise<{ signIn: SignIn } & AsyncDisposable> {
  const url = `${await listen(server, { host: '127.0.0.1', port: 0 })}/graphql`;
  const dispatcher = new Agent();
  return {
    signIn: remoteSignIn({ name: 'identity', url, assertionKey, now: systemClock.now, dispatcher }),
    [Symbol.asyncDispose]: async () => {
      await dispatcher.close();
      await drain(server, 0);
    },
  };
}

/** To one that says this of agents. */
function serving(actsFor: SignIn['actsFor'], assertionKey?: string): ReturnType<typeof remoteTo> {
  const subgraph = {
    ...{ name: 'identity', schema: buildSchema('type Query { a: Int }'), context: () => ({}) },
    ...{ inbound: [], jobs: [], close: async () => {} },
    signIn: { begin: unused, complete: unused, persona: unused, actsFor },
  };
  return remoteTo(createSubgraphServer(subgraph, { clock: systemClock, log: silentLog, assertionKey: KEY }), assertionKey);
}

const request = requestOf({ caller: callerOf('company-agent'), deadlineMs: 10_000 });

test.each([true, false])('a subgraph of its own says whether the agent acts: %s', async (acts) => {
  const asked: unknown[] = [];
  await using remote = await serving(async ({ caller }) => {
    asked.push(caller);
    return acts;
  });
  expect(await remote.signIn.actsFor(request)).toBe(acts);
  expect(asked).toEqual([callerOf('company-agent')]);
});

test('what fails there fails here, with its code and its system', async () => {
  let isSilent = true;
  await using remote = await serving(async () => {
    if (isSilent) throw new ServiceError('UPSTREAM_TIMEOUT', 'Silence.', { system: 'identity' });
    return true;
  });
  await expect(remote.signIn.actsFor(request)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', system: 'identity' });
  isSilent = false;
  expect(await remote.signIn.actsFor(request)).toBe(true);
});

test.each([
  { what: 'does not know its gateway', remote: () => serving(async () => true, 'another-secret-of-another-gateway') },
  {
    what: 'is too old for the question',
    remote: () => remoteTo(createServer((_, response) => sendError(response, new ServiceError('BAD_USER_INPUT', 'What?'), 404))),
  },
])('a subgraph that $what says nothing about the agent', async ({ remote }) => {
  await using refusing = await remote();
  await expect(refusing.signIn.actsFor(request)).rejects.toMatchObject({ code: 'UPSTREAM_REJECTED', system: 'identity' });
});

test('an answer that says neither is none', async () => {
  await using remote = await remoteTo(createServer((_, response) => response.end('{}')));
  await expect(remote.signIn.actsFor(request)).rejects.toMatchObject({ code: 'UPSTREAM_INVALID', system: 'identity' });
});
