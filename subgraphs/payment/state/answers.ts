import { createHash } from 'node:crypto';
import type { Clock } from '../../../kernel/clock.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import type { State } from '../../../kernel/state.ts';

/** Who asks for something under which key, and for what. */
export interface Asked {
  readonly operation: string;
  readonly caller: string;
  readonly key: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** What was answered under which idempotency key; kept when the promise resolves. */
export interface AnswerStore {
  /**
   * The one answer to what is asked under a key: kept before it is given, and given again as it was kept.
   *
   * @param work Finds the answer. It can run again after a crash or beside itself in another process, so all it does must be
   *   harmless twice; `id` is the same each time.
   * @throws IDEMPOTENCY_MISMATCH when the same caller used the key for something else.
   */
  answerOnce<Answer>(asked: Asked, work: (id: string) => Promise<Answer>): Promise<Answer>;
}

interface Tables {
  payment_answer: { id: string; content_hash: string; answer: string | null; created_at_ms: number | string };
}

/** @param state With the folder's migrations applied. */
export function answerStore(state: State, clock: Clock): AnswerStore {
  const db = state.db<Tables>();
  const underWay = new Map<string, Promise<unknown>>();
  return {
    answerOnce: <Answer>(asked: Asked, work: (id: string) => Promise<Answer>) => {
      const id = hashOf([asked.operation, asked.caller, asked.key]);
      const contentHash = hashOf(asked.content);
      return singleFlight(underWay, `${id}/${contentHash}`, async () => {
        await db
          .insertInto('payment_answer')
          .values({ id, content_hash: contentHash, created_at_ms: clock.now() })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
        const known = await db.selectFrom('payment_answer').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
        if (known.content_hash !== contentHash)
          throw new ServiceError('IDEMPOTENCY_MISMATCH', 'This idempotency key was used for something else.');
        if (known.answer === null) {
          const answer = JSON.stringify(await work(id));
          await db
            .updateTable('payment_answer')
            .set({ answer })
            .where('id', '=', id)
            .where('answer', 'is', null) // whoever was first, in whichever process, is right
            .execute();
        }
        const { answer } = await db.selectFrom('payment_answer').select('answer').where('id', '=', id).executeTakeFirstOrThrow();
        return JSON.parse(answer ?? 'null') as Answer; // one operation keeps one kind of answer, and only here
      });
    },
  };
}

/** The parts as one text that no other parts give; contents are made in one place each, so their fields keep their order. */
const hashOf = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** Those who ask the same at the same time share one answer, and the platform hears of it once. */
function singleFlight<Value>(underWay: Map<string, Promise<unknown>>, name: string, work: () => Promise<Value>): Promise<Value> {
  const running = underWay.get(name) ?? work().finally(() => underWay.delete(name));
  underWay.set(name, running);
  return running as Promise<Value>; // one name, one kind of work
}
