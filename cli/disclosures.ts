import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { differences } from '../gateway/disclosure/difference.ts';
import type { DisclosureLabel } from '../gateway/disclosure/label.ts';
import { createLabeller } from '../gateway/disclosure/labeller.ts';
import { registeredOperations } from '../gateway/operations/registeredOperations.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';
import type { GeneratedFile } from './generated.ts';

const FOLDER = 'schema/disclosures';

/** The disclosure label of every registered operation. Writes nothing. */
export async function disclosureLabels(): Promise<DisclosureLabel[]> {
  const labeller = createLabeller(await loadSubgraphs());
  return (await Promise.all(registeredOperations().map(({ text }) => labeller.labelsOf(text)))).flat();
}

/** The labels as files. */
export const labelFiles = async (labels: readonly DisclosureLabel[]): Promise<GeneratedFile[]> =>
  Promise.all(
    labels.map(async (label) => ({
      path: `${FOLDER}/${label.operation}.json`,
      content: await format(JSON.stringify(label), { parser: 'json', printWidth: 130 }),
    })),
  );

/** Label files of operations that are gone. */
export const staleLabelFiles = (labels: readonly DisclosureLabel[]): string[] =>
  readdirSync(FOLDER)
    .filter((file) => !labels.some(({ operation }) => file === `${operation}.json`))
    .map((file) => join(FOLDER, file));

/** What the labels say otherwise than those on disk, one sentence each. */
export function changedDisclosures(labels: readonly DisclosureLabel[]): string[] {
  const committed = new Map(
    readdirSync(FOLDER).map((file) => {
      const label = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as DisclosureLabel; // written by labelFiles
      return [label.operation, label] as const;
    }),
  );
  const current = new Map(labels.map((label) => [label.operation, label]));
  return [...new Set([...committed.keys(), ...current.keys()])]
    .sort()
    .flatMap((operation) => differences(committed.get(operation) ?? null, current.get(operation) ?? null));
}
