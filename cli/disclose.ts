import '../kernel/runtime.ts';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createLabeller } from '../gateway/disclosure/labeller.ts';
import { labelText } from '../gateway/disclosure/table.ts';
import { registeredOperations } from '../gateway/operations/registeredOperations.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';

// npm run disclose: what an operation can show of people, before anybody runs it.

const USAGE = 'Usage: npm run disclose -- <name of a registered operation, or file> [--json]';

function textOf(nameOrFile: string): string {
  const registered = registeredOperations().find(({ name }) => name === nameOrFile);
  if (registered) return registered.text;
  if (existsSync(nameOrFile)) return readFileSync(nameOrFile, 'utf8');
  throw new Error(`There is neither an operation nor a file ${nameOrFile}.`);
}

try {
  const { values, positionals } = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true });
  const [nameOrFile] = positionals;
  if (nameOrFile === undefined) throw new Error(USAGE);
  const labels = await createLabeller(await loadSubgraphs()).labelsOf(textOf(nameOrFile));
  console.log(values.json ? JSON.stringify(labels, null, 2) : labels.map(labelText).join('\n\n'));
} catch (thrown) {
  console.error(Error.isError(thrown) ? thrown.message : String(thrown));
  process.exitCode = 1;
}
