import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type RawBuilder } from 'kysely';

/** What a database is asked: a text with `$1`, `$2` … and the values of these. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Stands in a text where each question has a value of its own. */
interface Placeholder<Question> {
  readonly valueOf: (question: Question) => unknown;
}

/** Makes a placeholder. */
export type Value<Question> = (valueOf: (question: Question) => unknown) => Placeholder<Question>;

/**
 * A statement whose text is made once, when it is first asked, so that a question costs its values only and the database sees
 * the same text for every question.
 *
 * @param build Writes the text. No value may stand in it but as a placeholder that `value` made.
 */
export function statement<Question>(build: (value: Value<Question>) => RawBuilder<unknown>): (question: Question) => Statement {
  let made: { readonly sql: string; readonly placeholders: readonly Placeholder<Question>[] } | null = null;
  const make = () => {
    const { sql, parameters } = build((valueOf) => ({ valueOf })).compile(COMPILER);
    return { sql, placeholders: parameters as readonly Placeholder<Question>[] }; // the text has no other values
  };
  return (question) => {
    const { sql, placeholders } = (made ??= make());
    return { sql, parameters: placeholders.map(({ valueOf }) => valueOf(question)) };
  };
}

/** Writes texts; never runs them. */
const COMPILER = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});
