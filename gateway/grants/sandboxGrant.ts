import type { Clock } from '../../kernel/clock.ts';
import { isServiceError } from '../../kernel/errors.ts';
import type { NewGrant } from './grant.ts';
import type { Grants } from './grants.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

/** What the simulated application of the Civil Affairs Bureau may see; nothing of it is true. */
const SANDBOX_GRANT: Omit<NewGrant, 'expiresAtMs'> = {
  id: 'sandbox-civil-affairs-aid',
  application: 'civil-affairs-aid',
  purpose: 'statutory-duty',
  basis: 'STATUTORY_DUTY',
  citation:
    '模拟数据，非真实授权：核对社会救助对象的户籍、证照和办件 · Sandbox data, no real ground: checking who receives social aid',
  fields: {
    'Person.name': 'full',
    'CaseApplicant.name': 'full',
    'Case.state': 'full',
    'Case.itemName': 'full',
    'Case.submittedAt': 'full',
    'Licence.name': 'full',
    'LicenceConnection.totalCount': 'full',
    'LicenceConnection.nodes': 'full',
  },
  personsPerDay: 1_000,
  deferredDays: 0,
};

/** Gives the sandbox's application its grant, unless it was given before; in development only. */
export async function giveSandboxGrant(grants: Grants, clock: Pick<Clock, 'now'>): Promise<void> {
  try {
    await grants.add({ ...SANDBOX_GRANT, expiresAtMs: clock.now() + YEAR_MS }, 'development');
  } catch (thrown) {
    if (!isServiceError(thrown) || thrown.code !== 'CONFLICT') throw thrown;
  }
}
