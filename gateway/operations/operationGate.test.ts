import { expect, test } from '@jest/globals';
import type { Caller } from '../../kernel/context.ts';
import type { OperationMode } from '../../kernel/operationMode.ts';
import { createLog } from '../../kernel/log.ts';
import { operationGate } from './operationGate.ts';

const KNOWN = 'query Known { __typename }\n';
const OTHER = '{ secret }';

const application: Caller = {
  ...{ subject: 'civil-affairs', actor: 'civil-affairs', kind: 'APPLICATION', name: 'civil-affairs', department: 'X00001046' },
  ...{ assurance: 'L0', personKey: null, uscc: null, credential: null },
};

/** A gate, and what it writes to the log. */
function gateOf(mode: OperationMode, own: OperationMode | null = null) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  const gate = operationGate({ texts: [KNOWN], mode, modeOf: async () => own });
  return { lines, check: (text: string, caller: Caller | null = null) => gate.check(text, { id: 'r1', caller, log }) };
}

test.each(['log', 'warn', 'enforce'] as const)('under %s a registered text passes without a word', async (mode) => {
  const { lines, check } = gateOf(mode);
  expect(await check(KNOWN)).toBeNull();
  expect(lines).toEqual([]);
});

test.each(['log', 'warn'] as const)(
  'under %s another passes with one line that names its hash, and not its text',
  async (mode) => {
    const { lines, check } = gateOf(mode);
    expect(await check(OTHER)).toBe(mode);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'operation-unregistered', request: 'r1', mode });
    expect(lines[0]).toMatch(/"sha256":"[0-9a-f]{64}"/);
    expect(lines[0]).not.toContain('secret');
  },
);

test('under enforce another is refused', async () => {
  await expect(gateOf('enforce').check(OTHER)).rejects.toMatchObject({ code: 'OPERATION_UNKNOWN' });
});

test('an application is treated by its own mode where it has one, and nobody else is', async () => {
  await expect(gateOf('log', 'enforce').check(OTHER, application)).rejects.toMatchObject({ code: 'OPERATION_UNKNOWN' });
  expect(await gateOf('enforce', 'log').check(OTHER, application)).toBe('log');
  expect(await gateOf('warn').check(OTHER, application)).toBe('warn');
  expect(await gateOf('log', 'enforce').check(OTHER, { ...application, kind: 'STAFF' })).toBe('log');
});
