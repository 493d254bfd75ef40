import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cursorOf } from '../kernel/connection.ts';
import type { AskerName } from './askers.ts';

/** What every candidate is asked. */
export interface Operation {
  readonly id: 'Q1' | 'Q2' | 'Q3' | 'Q4';
  readonly title: string;
  readonly asker: AskerName;
  readonly operationName: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Askers at once. Fewer for large answers: 32 of those would keep the slowest candidates longer than a call to a system may take. */
  readonly connections: number;
}

const operation = (
  id: Operation['id'],
  title: string,
  operationName: string,
  asker: AskerName,
  connections: number,
  variables: Operation['variables'] = {},
): Operation => ({
  id,
  title,
  operationName,
  asker,
  connections,
  query: readFileSync(join(import.meta.dirname, `operations/${id}.graphql`), 'utf8'),
  variables,
});

export const OPERATIONS: readonly Operation[] = [
  operation('Q1', 'one field of one system', 'OneField', 'citizen', 32),
  operation('Q2', '“my page” over four systems', 'MyPage', 'citizen', 32),
  operation('Q3', '50 persons with licences and address', 'FiftyPersons', 'official', 8),
  operation('Q4', '200 licences deep', 'TwoHundredLicences', 'collector', 8, { second: cursorOf(99) }),
];
