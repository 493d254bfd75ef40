import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cryptoSelfTest, KNOWN_ANSWERS } from './selfTest.ts';

test('this runtime gives the published answers', () => expect(cryptoSelfTest()).toBeUndefined());

test.each(KNOWN_ANSWERS.map((answer) => ({ ...answer, named: answer.algorithm })))(
  'another answer of $named is noticed',
  ({ named, expected }) => {
    const wrong = expected.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    const answers = KNOWN_ANSWERS.map((one) => (one.algorithm === named ? { ...one, expected: wrong } : one));
    expect(() => cryptoSelfTest(answers)).toThrow(named);
  },
);

// A program that begins as ours do, where one constant of the library is another.
const PROGRAM = `
  import { cryptoSelfTest, KNOWN_ANSWERS } from '${join(import.meta.dirname, 'selfTest.ts')}';
  cryptoSelfTest(KNOWN_ANSWERS.map((answer) => ({ ...answer, expected: process.env.WRONG ?? answer.expected })));
  console.log('started');`;

test.each([
  { environment: {}, output: 'started\n', status: 0 },
  { environment: { WRONG: '00' }, output: '', status: 1 },
])('a process with $environment ends with $status', ({ environment, output, status }) => {
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
  });
  expect({ output: run.stdout, status: run.status }).toEqual({ output, status });
});
