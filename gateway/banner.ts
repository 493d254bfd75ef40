import { PERSONAS } from '../kernel/sandbox/population/personas.ts';
import type { RunningGraph } from './start.ts';

type Shown = Pick<RunningGraph, 'origin' | 'tlsOrigin' | 'development' | 'explorer'>;

/** The first thing that a new user reads. */
export function banner({ origin, tlsOrigin, development, explorer }: Shown): string {
  const page = explorer ? `  Explorer   ${origin}/explorer\n` : '';
  const mutual = tlsOrigin ? `  mTLS       ${tlsOrigin}/graphql\n` : '';
  const head = `\n梅江一张图 · The Meijiang graph\n\n  GraphQL    ${origin}/graphql\n${mutual}${page}`;
  if (!development) return head;
  const width = Math.max(...PERSONAS.map(({ id }) => id.length));
  const personas = PERSONAS.map(({ id, title }) => `    ${id.padEnd(width)}  ${title}`).join('\n');
  return `${head}  Systems    ${origin}/dev/systems   (simulated, each in its own dialect)

  Personas (${origin}/dev/personas):
${personas}

  A token for one of them, good for an hour:
    curl -s -X POST ${origin}/dev/token -H 'content-type: application/json' -d '{"persona":"citizen-l2"}'

  Ctrl-C ends everything.
`;
}
