import { createHmac, randomBytes } from 'node:crypto';
import type { State } from '../../kernel/state.ts';
import type { GrantTables } from './tables.ts';

/** A keyed hash of a person key or social credit code: what is kept of a person. 64 hexadecimal digits. */
export type MarkOf = (person: string) => string;

/** All processes of one state mark alike. The key is not the ledger's, so that its marks tell nothing about these. */
export async function openMarks(state: State): Promise<MarkOf> {
  const db = state.db<GrantTables>();
  const key = await state.exclusively('access/key', async () => {
    const row = await db.selectFrom('access_key').select('secret').where('name', '=', 'person').executeTakeFirst();
    const secret = row?.secret ?? randomBytes(32).toString('hex');
    if (!row) await db.insertInto('access_key').values({ name: 'person', secret }).execute();
    return Buffer.from(secret, 'hex');
  });
  return (person) => createHmac('sm3', key).update(person).digest('hex');
}
