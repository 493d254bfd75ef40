import { spawnSync } from 'node:child_process';

/** Bytes go over as a list of numbers, which the package takes as a message. */
type Argument = string | number | readonly number[] | Readonly<Record<string, string | boolean>>;

/** One call of the package `sm-crypto`: algorithm, function and arguments. Keys, signatures and ciphertexts are hex. */
export type ReferenceCall = readonly [algorithm: 'sm2' | 'sm4', method: string, ...args: readonly Argument[]];

const PROGRAM = `
const reference = require('sm-crypto');
const calls = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(calls.map(([algorithm, method, ...args]) => reference[algorithm][method](...args))));
`;

/**
 * Asks another implementation of the same standards; for tests only.
 *
 * It runs in a process of its own, all calls at once: in the test runner's sandbox its arithmetic takes twenty times as long.
 *
 * @returns One answer per call, in order.
 */
export const askReference = (calls: readonly ReferenceCall[]): readonly unknown[] => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--eval', PROGRAM], {
    cwd: import.meta.dirname,
    input: JSON.stringify(calls),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The reference implementation failed: ${stderr}`);
  const answers: readonly unknown[] = JSON.parse(stdout);
  return answers;
};
