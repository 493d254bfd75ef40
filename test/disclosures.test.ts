import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { changedDisclosures, disclosureLabels, labelFiles } from '../cli/disclosures.ts';
import { createLabeller } from '../gateway/disclosure/labeller.ts';
import { registeredOperations } from '../gateway/operations/registeredOperations.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';

test('a change that shows a further field of people is told in a sentence, until the labels are made anew', async () => {
  const labels = await disclosureLabels();
  expect(changedDisclosures(labels)).toEqual([]);
  for (const { path, content } of await labelFiles(labels)) expect(readFileSync(path, 'utf8')).toBe(content);

  const text = registeredOperations().find(({ name }) => name === 'MyPage')?.text ?? '';
  const [changed] = await createLabeller(await loadSubgraphs()).labelsOf(text.replace('maskedMobile', 'maskedMobile address'));
  if (!changed) throw new Error('MyPage is an operation.');
  const after = labels.map((label) => (label.operation === 'MyPage' ? changed : label));
  expect(changedDisclosures(after)).toEqual([
    expect.stringMatching(/^MyPage can newly show Person\.address \(sensitivity 3, location/),
  ]);
});

test('the command prints the label of an operation, and says when there is none', async () => {
  const run = (...parameters: string[]) => promisify(execFile)(process.execPath, ['cli/disclose.ts', ...parameters]);
  expect((await run('WhereIs')).stdout).toContain('Disclosure label: WhereIs');
  expect(JSON.parse((await run('MyPage', '--json')).stdout)).toMatchObject([{ operation: 'MyPage', purpose: 'own-records' }]);
  await expect(run('Nowhere')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Nowhere') });
});
