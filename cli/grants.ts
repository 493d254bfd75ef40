import '../kernel/runtime.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { text as textOf } from 'node:stream/consumers';
import { systemClock as clock } from '../kernel/clock.ts';
import { readConfig, type Config } from '../kernel/config.ts';
import { openLedger } from '../kernel/ledger/ledger.ts';
import { OPERATION_MODES } from '../kernel/operationMode.ts';
import { dateTimeFromMs } from '../kernel/standards/dateTime.ts';
import { openState } from '../kernel/state.ts';
import { readRegister } from '../gateway/disclosure/register.ts';
import { parseGrant, type Grant } from '../gateway/grants/grant.ts';
import { isGrantChange, openGrants, type Grants } from '../gateway/grants/grants.ts';

// npm run grants: what department applications may see, over the state that DATABASE_URL or DATA_DIR names.

const USAGE = `Usage: npm run grants -- <command>
  list                               all grants
  add <file.json>                    give a grant
  suspend | resume | revoke <id>     change one; felt by all processes within 30 s
  consent | withdraw <id>            a person's consent; the person key comes on standard input, so that no list of processes shows it
  operations <application> <mode>    treat its unregistered operations: ${OPERATION_MODES.join(', ')}`;

const SUPERGRAPH = join(import.meta.dirname, '../schema/supergraph.graphql');

async function run(grants: Grants, config: Config, [command = '', first = '', second = '']: readonly string[]): Promise<string> {
  const by = userInfo().username;
  if (command === 'list') return (await grants.list()).map(shown).join('\n') || 'There are no grants.';
  if (command === 'add' && first !== '') {
    const register = readRegister(readFileSync(config.supergraphFile ?? SUPERGRAPH, 'utf8'));
    const grant = parseGrant(readFileSync(first, 'utf8'), register);
    await grants.add(grant, by);
    return `${grant.id} is given.`;
  }
  if (isGrantChange(command)) {
    await grants.change(first, command, by);
    return shown(await grants.find(first));
  }
  if (command === 'consent' || command === 'withdraw') {
    const grant = await grants.find(first);
    const person = (await textOf(process.stdin)).trim();
    if (person === '') throw new Error('Standard input held no person key.');
    await (command === 'consent' ? grants.consents.give(grant, person) : grants.consents.withdraw(grant, person));
    return `Recorded for ${grant.id}.`;
  }
  const mode = OPERATION_MODES.find((known) => known === second);
  if (command !== 'operations' || first === '' || !mode) throw new Error(USAGE);
  await grants.clients.setOperations(first, mode, by);
  return `${first}: ${mode}.`;
}

const shown = ({
  id,
  status,
  application,
  purpose,
  basis,
  citation,
  fields,
  personsPerDay,
  expiresAtMs,
  deferredDays,
}: Grant): string =>
  [
    `${id}  ${status}`,
    `  ${application} for ${purpose}, until ${dateTimeFromMs(expiresAtMs)}, ${personsPerDay} persons a day`,
    `  ${basis}: ${citation}`,
    ...(deferredDays > 0 ? [`  its entries are shown to the person after ${deferredDays} days`] : []),
    ...Object.entries(fields).map(([entry, showing]) => `  ${entry} ${showing}`),
  ].join('\n');

try {
  const config = readConfig();
  if (!config.databaseUrl && !config.dataDir) throw new Error('Set DATABASE_URL or DATA_DIR to the state of the graph.');
  const state = openState(config);
  try {
    const grants = await openGrants({ state, ledger: await openLedger(state, clock), clock });
    console.log(await run(grants, config, process.argv.slice(2)));
  } finally {
    await state.close();
  }
} catch (thrown) {
  console.error(Error.isError(thrown) ? thrown.message : String(thrown));
  process.exitCode = 1;
}
