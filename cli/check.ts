import '../kernel/runtime.ts';
import { spawnSync } from 'node:child_process';
import { buildClientSchemas } from '../gateway/engine/apiSchema.ts';
import { composeFolders } from '../gateway/engine/compose.ts';
import { createPlanner } from '../gateway/engine/planner.ts';
import { registeredOperations } from '../gateway/operations/registeredOperations.ts';
import { hops } from '../schema/hops.ts';
import { operationViolations } from '../schema/operationRules.ts';
import { ruleViolations } from '../schema/rules.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';
import { changedDisclosures, disclosureLabels, labelFiles } from './disclosures.ts';
import { composedSchemas, generatedTypes, isCommitted, outdated, write } from './generated.ts';

// npm run check: each line is one light with one meaning; the first that is red ends the run.

type Light = readonly [name: string, faults: () => Promise<readonly string[]>];

/** A command of an installed package, run with this Node. */
const command =
  (...[script, ...options]: readonly [string, ...string[]]) =>
  async (): Promise<readonly string[]> => {
    const { status } = spawnSync(process.execPath, [...nodeOptions(script), `node_modules/${script}`, ...options], {
      stdio: 'inherit',
    });
    return status === 0 ? [] : [`exit code ${status}`];
  };

const nodeOptions = (script: string): string[] =>
  script.startsWith('jest/') ? ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'] : [];

async function unplannedHops(): Promise<string[]> {
  const { supergraphSdl } = composeFolders(await loadSubgraphs());
  const planner = createPlanner(supergraphSdl);
  const { api } = buildClientSchemas(planner.apiSdl);
  const faults: string[] = [];
  for (const { name, document } of hops(api)) {
    await planner.plan(document, 'Hop').catch((thrown: unknown) => faults.push(`${name}: ${String(thrown)}`));
  }
  return faults;
}

/** Writes the types that are never committed, and names what is committed but not current. */
async function outdatedFiles(): Promise<string[]> {
  const files = [...(await composedSchemas()), ...(await generatedTypes())];
  write(files.filter((file) => !isCommitted(file)));
  return outdated(files.filter(isCommitted)).map((path) => `${path}: npm run generate`);
}

/** What a change discloses otherwise; it is accepted by making the labels anew, so that a review sees it. */
async function outdatedLabels(): Promise<string[]> {
  const labels = await disclosureLabels();
  const changed = changedDisclosures(labels);
  return [...changed, ...outdated(await labelFiles(labels)).map((path) => `${path}: npm run generate`)];
}

const LIGHTS: readonly Light[] = [
  [
    'schema rules',
    async () => [...ruleViolations(await loadSubgraphs()), ...registeredOperations().flatMap(operationViolations)],
  ],
  ['format', command('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.')],
  ['generated files are current', outdatedFiles],
  ['types', command('typescript/bin/tsc', '-p', '.')],
  ['lint', command('eslint/bin/eslint.js', '.', '--max-warnings=0')],
  ['disclosure labels are current', outdatedLabels],
  ['every hop between subgraphs plans', unplannedHops],
  ['tests', command('jest/bin/jest.js')],
];

for (const [name, faults] of LIGHTS) {
  const startMs = performance.now();
  const found = await faults().catch((thrown: unknown) => [Error.isError(thrown) ? thrown.message : String(thrown)]);
  console.log(`${found.length === 0 ? '✔' : '✘'} ${name} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
  for (const fault of found.slice(0, 50)) console.log(`  ${fault}`);
  if (found.length > 0) process.exit(1);
}
