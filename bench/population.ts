import { graphql } from 'graphql';
import type { RequestContext } from '../kernel/context.ts';
import { DEPARTMENTS } from '../kernel/sandbox/population/departments.ts';
import { PEOPLE } from '../kernel/sandbox/population/people.ts';
import type { RunningSubgraph } from '../kernel/subgraph.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';
import { requestOfAsker } from './askers.ts';
import { startFolders } from './processes/folders.ts';
import type { World } from './world.ts';

/** The collector of the seeds holds 151 licences; Q4 wants 200. */
const MORE_LICENCES = 49;
const TYPES = ['110001101', '110001201', '110000901', '110001001'];

const ISSUE = `mutation ($input: IssueLicenceInput!) {
  issueLicence(input: $input) { __typename ... on LicenceIssued { code } ... on LicenceRefused { reason } }
}`;

/**
 * Brings the world to where the bench begins: the state has its tables, the staff directory and a session with the licence
 * system, and the collector has 200 licences, the last of them issued by officials of several departments through the graph.
 */
export async function populate(world: World): Promise<void> {
  const { state, running } = await startFolders(await loadSubgraphs(), world);
  const folder = (name: string): RunningSubgraph => {
    const found = running.find((subgraph) => subgraph.name === name);
    if (!found) throw new Error(`There is no subgraph "${name}".`);
    return found;
  };
  await folder('identity').jobs[0]?.run(request());
  for (let index = 0; index < MORE_LICENCES; index += 1) await issue(folder('licence'), index);
  await Promise.all(running.map((subgraph) => subgraph.close()));
  await state.close();
}

async function issue({ schema, context }: RunningSubgraph, index: number): Promise<void> {
  const official = request();
  const department = DEPARTMENTS[index % 8]?.code ?? '';
  const input = {
    typeCode: TYPES[index % TYPES.length],
    holder: { certificateType: 'RESIDENT_ID', number: PEOPLE.collector.certificateNumber },
    holderName: PEOPLE.collector.name,
    number: `梅江证字第${String(index + 1).padStart(5, '0')}号`,
    sealCode: `DZYZ${department}000001`,
    validFrom: '2024-01-01',
    validUntil: index % 2 === 0 ? '2034-01-01' : null,
    idempotencyKey: `bench-licence-${index}`,
  };
  const contextValue = context({
    ...official,
    caller: official.caller && { ...official.caller, department },
    // The licence system issues one licence of a type in a case.
    purpose: official.purpose && { ...official.purpose, caseNumber: `44140220240506${String(index).padStart(15, '0')}` },
  });
  const { data, errors } = await graphql({ schema, source: ISSUE, variableValues: { input }, contextValue });
  const answer = JSON.stringify({ data, errors });
  if (!answer.includes('"LicenceIssued"')) throw new Error(`A licence of the bench was not issued: ${answer}`);
}

const request = (): RequestContext => requestOfAsker('official', new AbortController().signal);
