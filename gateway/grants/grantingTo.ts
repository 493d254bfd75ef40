import type { RequestContext } from '../../kernel/context.ts';
import { byGrants } from './byGrants.ts';
import type { Granting } from './granting.ts';
import type { Grants } from './grants.ts';
import { byOffice } from './byOffice.ts';

/** For callers to whom nothing of others is open. */
const NOTHING: Granting = {
  meet: async () => {},
  showing: () => null,
  settle: async () => {},
  usedFor: () => [],
};

/** What of other people is open to the caller of one operation. */
export async function grantingTo({ caller, purpose }: RequestContext, grants: Grants): Promise<Granting> {
  if (caller?.kind === 'STAFF') return byOffice(caller.subject, grants.usage);
  if (caller?.kind !== 'APPLICATION' || !purpose) return NOTHING;
  const held = await grants.of(caller.subject, purpose.code);
  return held.length === 0 ? NOTHING : byGrants(held, grants);
}
